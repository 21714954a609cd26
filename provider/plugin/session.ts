/** One configured backend, from Configure until the next one or the end of the process. */
import type { Composition } from "../compose";
import type { Config } from "../config";
import type { EngineLog } from "../pulumi/engine-log";
import type { RunNotes } from "../pulumi/run-notes";
import { readConfig, type Setting } from "../pulumi/settings";
import { isUnknownOnWire } from "../pulumi/wire";
import { doorWording } from "../pulumi/wording";
import { type Properties, UNKNOWN } from "../resources/handler";
import { KnownState } from "./known-state";

export type Compose = (config: Config, cancelled: AbortSignal, tell: (text: string) => void) => Promise<Composition>;

export class Session {
  private readonly cancellation = new AbortController();
  private opening: Promise<Composition> | undefined;
  /** Undefined if the engine is too old to send its id. */
  readonly state: KnownState | undefined;

  constructor(
    private readonly setting: Setting,
    private readonly compose: Compose,
    private readonly log: EngineLog,
    { providerId = "", notes }: { readonly providerId?: string; readonly notes?: RunNotes | undefined } = {},
  ) {
    if (providerId !== "") this.state = new KnownState(isUnknownOnWire(providerId) ? undefined : providerId, notes);
  }

  /**
   * Opens the backend at the first use, because the engine configures processes that it never uses. A failure is kept. So if
   * a backend cannot be opened, all resources fail at once, and not each of a thousand after its own deadline.
   */
  opened(): Promise<Composition> {
    this.opening ??= this.open().catch(unopened);
    return this.opening;
  }

  /** Ends waits, and those that would start later. Running writes are completed. */
  cancel(): void {
    this.cancellation.abort();
  }

  /** Releases what this run's updates have given up. */
  async endRun(patienceMs: number): Promise<void> {
    await (await this.opening)?.handlers.endRun(patienceMs);
  }

  private async open(): Promise<Composition> {
    // In the stack's row, because all resources wait for the backend, whichever asks first.
    const tell = (text: string) => this.log.status("", text);
    const composition = await this.compose(readConfig(this.setting), this.cancellation.signal, tell);
    await this.log.warn(composition.warnings);
    return composition;
  }
}

/** Loaded only when needed, which is seldom. */
async function unopened(error: Error): Promise<Composition> {
  const { unopenedHandlers } = await import("./unopened.js");
  return { handlers: unopenedHandlers(error), warnings: [] };
}

/** The inputs of a provider as settings. */
export function settingOf(inputs: Properties): Setting {
  return (key: keyof Config) => {
    const value = inputs[key];
    if (value === undefined || value === null) return undefined;
    if (value === UNKNOWN) throw new Error(doorWording.unknownSetting(key));
    return String(value);
  };
}
