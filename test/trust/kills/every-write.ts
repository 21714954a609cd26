/** An update in this process that ends at a write like a killed one: nothing is written after it, in the store or in state. */
import { handlersOver } from "../../../provider/compose";
import type { Store } from "../../../provider/store/store";
import { meddledStore } from "../../resources/meddling";
import { Stack, testEnvironment } from "../../resources/program";
import type { RunKilled } from "./grounds";
import { useSavedState } from "./saved-state";

export function endedAtWrite(store: Store): RunKilled {
  return async ({ namespace, home, program, reads }, last) => {
    let writes = 0;
    let end: (outcome: undefined) => void;
    const ended = new Promise<undefined>((resolve) => {
      end = resolve;
    });
    const isOver = () => {
      if (++writes >= last) end(undefined);
      return writes >= last;
    };
    const dying = meddledStore(store, () => (isOver() ? new Promise<void>(() => undefined) : undefined));
    const stack = new Stack(dying, "metal/dev", testEnvironment(), namespace, { reads, open: handlersOver });
    useSavedState(stack, home, () => {
      if (isOver()) throw new Error("killed before state was written");
    });
    const updated = stack.update(program).then((steps) => ({ steps, writes }));
    // The further work of a killed process.
    updated.catch(() => undefined);
    return Promise.race([ended, updated]);
  };
}
