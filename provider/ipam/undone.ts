import { IpamError } from "./errors";
import { ended, wording } from "./wording";

/** The error to throw: the cause, and what could not be undone. */
export async function undone(cause: unknown, undo: () => Promise<unknown>): Promise<unknown> {
  try {
    await undo();
    return cause;
  } catch (error) {
    const [why, left] = [cause, error].map((one) => ended(one instanceof Error ? one.message : String(one))) as [
      string,
      string,
    ];
    const message = wording.undone(why, left);
    return new IpamError(cause instanceof IpamError ? cause.kind : "unfinished", message);
  }
}
