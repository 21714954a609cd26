import { IpamError } from "./errors";
import type { OtherProcesses } from "./pool/other-processes";
import type { PreviewMemory } from "./pool/preview-memory";
import type { Vocabulary } from "./vocabulary";
import { wording } from "./wording";

/** How often a wait looks again. */
export const POLL_MS = 250;

/** The surroundings of the code. Time and randomness come from outside, so that tests are deterministic. */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** A new release token. It must be unique, and need not be unguessable. */
  mintToken(): string;
  /** The same in all processes of one run of the program, and in no other run. */
  readonly run: string;
  /** How long an operation waits for a pool to appear, or for its holders to leave. */
  readonly waitMs: number;
  /** How long an operation waits for Metal3's controller to serve or release a claim, or to remove a pool. */
  readonly controllerWaitMs: number;
  /** A delete succeeds if its backend cannot be reached. */
  readonly deletesUnreached?: boolean | undefined;
  readonly previews: PreviewMemory;
  /** Absent if a run has one process, or if the door does not know its other processes. */
  readonly others?: OtherProcesses | undefined;
  /** Whether the door reports that a run has ended well. Otherwise a later run releases what an update has given up. */
  readonly tellsEnd: boolean;
  /** The names of commands and settings in messages. */
  readonly words: Vocabulary;
  /** Shows the user what an operation is doing or waiting for. Each text replaces the last one. */
  tell?(text: string): void;
  /** Shows the user a warning that still matters after the operation. */
  warn?(text: string): Promise<void>;
  /** Ends waits, but no write. The user has cancelled. */
  readonly cancelled?: AbortSignal | undefined;
}

/** The door's settings for one create, update or delete. */
export interface Operation {
  /** Replaces `waitMs` and `controllerWaitMs`: the timeout that the user has set. */
  readonly timeoutMs?: number | undefined;
  tell?(text: string): void;
  warn?(text: string): Promise<void>;
}

/** The environment of one operation. */
export function during(environment: Environment, { timeoutMs, tell, warn }: Operation = {}): Environment {
  const patience = timeoutMs === undefined ? {} : { waitMs: timeoutMs, controllerWaitMs: timeoutMs };
  return { ...environment, ...patience, ...(tell && { tell }), ...(warn && { warn }) };
}

/** One step of a wait. Throws `cancelled`. */
export async function pause(environment: Environment, delayMs: number, what: string): Promise<void> {
  const { cancelled } = environment;
  const refuse = () => new IpamError("cancelled", wording.cancelled(environment.words, what));
  if (cancelled?.aborted) throw refuse();
  environment.tell?.(what);
  let stop: (() => void) | undefined;
  const stopped = new Promise<void>((_, reject) => {
    stop = () => reject(refuse());
    cancelled?.addEventListener("abort", stop, { once: true });
  });
  stopped.catch(() => undefined);
  try {
    await Promise.race([environment.sleep(delayMs), stopped]);
  } finally {
    if (stop) cancelled?.removeEventListener("abort", stop);
  }
}
