import { IpamError } from "./errors";
import type { OtherProcesses } from "./pool/other-processes";
import type { PreviewMemory } from "./pool/preview-memory";
import type { Vocabulary } from "./vocabulary";
import { wording } from "./wording";

/** How often a wait looks again. */
export const POLL_MS = 250;

/** Time and chance come in from outside, so that tests need neither. */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** A new release token: unguessable is not needed, unique is. */
  mintToken(): string;
  /** The same in all processes of one run of the program, and in no other run. */
  readonly run: string;
  /** How long an operation waits for a pool to appear, or for its holders to leave. */
  readonly waitMs: number;
  /** How long an operation waits for Metal3's controller to serve or free a claim, or to let a pool go. */
  readonly controllerWaitMs: number;
  /** A delete ends well where its backend cannot be reached. */
  readonly deletesUnreached?: boolean | undefined;
  readonly previews: PreviewMemory;
  /** Absent where a run has one process, or the door cannot tell its other ones. */
  readonly others?: OtherProcesses | undefined;
  /** Whether the door tells when a run has ended well. Otherwise the next run releases what an update has given up. */
  readonly tellsEnd: boolean;
  /** How messages call commands and settings. */
  readonly words: Vocabulary;
  /** Tells the user what an operation is doing or waiting for. Each text replaces the last one. */
  tell?(text: string): void;
  /** Tells what stays true when the operation is through. */
  warn?(text: string): Promise<void>;
  /** Ends waits, and no write: the user has had enough. */
  readonly cancelled?: AbortSignal | undefined;
}

/** What a door knows of one create, update or delete. */
export interface Operation {
  /** In place of `waitMs` and `controllerWaitMs`: the user's own patience. */
  readonly timeoutMs?: number | undefined;
  tell?(text: string): void;
  warn?(text: string): Promise<void>;
}

/** The surroundings of one operation. */
export function during(environment: Environment, { timeoutMs, tell, warn }: Operation = {}): Environment {
  const patience = timeoutMs === undefined ? {} : { waitMs: timeoutMs, controllerWaitMs: timeoutMs };
  return { ...environment, ...patience, ...(tell && { tell }), ...(warn && { warn }) };
}

/** One turn of a wait. Throws `cancelled`. */
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
