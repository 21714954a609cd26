/** Errors that become a message for the user. */
import type { Read } from "../api/fault";
import { keyText, type Manifest } from "../api/meta";
import { wording } from "./wording";

export type IpamErrorKind =
  | "exhausted"
  | "held"
  | "outOfRange"
  | "poolMissing"
  | "notReserved"
  | "poolBusy"
  | "paused"
  | "inUse"
  | "exists"
  | "malformed"
  | "malformedId"
  | "refused"
  | "unserved"
  | "unheld"
  | "unfinished"
  | "cancelled";

/** An outcome that the user must act on. Its message is complete, on one line. */
export class IpamError extends Error {
  override readonly name = "IpamError";
  constructor(
    readonly kind: IpamErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The content of a stored object. Throws `malformed` with every fault, because the provider relies on no unreadable object.
 */
export function readable<T>(stored: Manifest, read: Read<T>): T {
  if (read.ok) return read.value;
  const text = wording.malformed(stored.kind, keyText(stored.metadata), read.faults);
  throw new IpamError("malformed", text);
}
