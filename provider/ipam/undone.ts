import { IpamError } from "./errors";

/** The error to throw: the cause, and beside it what could not be undone. */
export async function undone(cause: unknown, undo: () => Promise<unknown>): Promise<unknown> {
  try {
    await undo();
    return cause;
  } catch (error) {
    const [why, left] = [cause, error].map((one) => (one instanceof Error ? one.message : String(one)));
    const message = `${why}; what was written before could not be undone: ${left}; the next update takes it up`;
    return new IpamError(cause instanceof IpamError ? cause.kind : "unfinished", message);
  }
}
