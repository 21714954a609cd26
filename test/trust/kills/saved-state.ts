/** A stack's state in a file, complete at each moment. Pulumi has the same after a killed run. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kept, Stack } from "../../resources/program";

/** The engine draws it once, keeps it in state, and passes it to the plugin. */
const STATE_ID = "0f7c0a52-8c1e-4d5f-9d5e-3f1a3b1f9d10";

/** The stack continues with the state that is saved there. */
export function useSavedState(stack: Stack, ...saved: ConstructorParameters<typeof SavedState>): void {
  stack.state = new SavedState(...saved);
  stack.stateId = STATE_ID;
}

export class SavedState extends Map<string, Kept> {
  private readonly file: string;
  private isOpen = false;
  private written = "";

  /** `before`: called for each write. */
  constructor(
    home: string,
    private readonly before: () => void = () => undefined,
  ) {
    super();
    this.file = join(home, "state.json");
    const saved = existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as [string, Kept][]) : [];
    for (const [as, kept] of saved) this.set(as, kept);
    this.written = JSON.stringify([...this]);
    this.isOpen = true;
  }

  override set(as: string, kept: Kept): this {
    super.set(as, kept);
    this.save();
    return this;
  }

  override delete(as: string): boolean {
    const wasThere = super.delete(as);
    this.save();
    return wasThere;
  }

  private save(): void {
    const text = JSON.stringify([...this]);
    if (!this.isOpen || text === this.written) return;
    this.before();
    this.written = text;
    writeFileSync(`${this.file}.new`, text);
    renameSync(`${this.file}.new`, this.file);
  }
}
