/**
 * Handlers of a backend that could not be opened, for example because its kubeconfig is gone. The engine refreshes with the
 * configuration that the last update left in state, and the program may have a better one by now. So the resources in state
 * stay.
 */
import type { Composition } from "../compose";
import { wording } from "../ipam/wording";
import type * as life from "../resources/handler";
import { registry } from "../resources/registry";
import type { Registry } from "../resources/row";

export function unopenedHandlers(error: Error, rows: Registry = registry): Composition["handlers"] {
  const refused = async (): Promise<never> => {
    throw error;
  };
  const entries = [
    ...Object.entries(rows.resources).map(([name, { kind }]) => [name, unopened(kind, error, refused)]),
    ...Object.entries(rows.functions).map(([name, { kind }]) => [name, { kind, invoke: refused }]),
    ["list", refused],
    ["endRun", async () => undefined],
  ];
  return Object.fromEntries(entries) as Composition["handlers"];
}

function unopened(kind: string, error: Error, refused: () => Promise<never>): life.Handler {
  return {
    kind,
    check: refused,
    preview: (inputs) => inputs,
    // Only a resource that was read gets here, because a check fails.
    diff: async () => ({ changed: [], replaces: [], deleteBeforeReplace: false, stables: [] }),
    create: refused,
    read: async ({ id, state }) => {
      if (Object.keys(state).length === 0) throw error;
      return { id, outputs: state, warnings: [wording.stateKeptUnopened(error.message)] };
    },
    update: refused,
    delete: refused,
  };
}
