/** The order that a reconciliation carries out: what a resource holds, and what it is to hold. */
import type { Address } from "../../core/address";
import type { SetOrigin } from "../../core/placement";
import type { Owner } from "../metal3/owner";
import type { PoolSession } from "../session";

export interface ReconcileRequest {
  readonly session: PoolSession;
  readonly owner: Owner;
  /** What this resource holds, as its locks or else state say: claim → address. */
  readonly held: ReadonlyMap<string, Address>;
  /**
   * The resource that this one replaces, if `held` is what that one holds: its token is on the locks that go. Default:
   * `owner`.
   */
  readonly former?: Owner | undefined;
  /** What state promises. Default: `held`. They differ where somebody has moved a lock. */
  readonly promised?: ReadonlyMap<string, Address | undefined> | undefined;
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** Whether an entry goes with each lock: not for an IPClaim, which is one itself. */
  readonly entries: boolean;
}

export interface Wanted {
  /** undefined: none is promised yet, choose now. */
  readonly address: Address | undefined;
  /** True: this address or an error. False: if it is lost, the next one. */
  readonly firm: boolean;
  /** Where to look for a free address. */
  readonly origin: SetOrigin;
}

/** What a plan makes of `Wanted`. */
export interface Target extends Wanted {
  /** The claim's entry when the plan was made. With `adopt`, no other one may be replaced. */
  readonly entry: Address | undefined;
}

/** A claim whose address changes. */
export interface Move {
  readonly claim: string;
  readonly from: Address;
  readonly to: Address;
}
