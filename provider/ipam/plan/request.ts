/** The request of a reconciliation: what a resource holds, and what it wants. */
import type { Address } from "../../core/address";
import type { SetOrigin } from "../../core/placement";
import type { Owner } from "../metal3/owner";
import type { PoolSession } from "../session";

export interface ReconcileRequest {
  readonly session: PoolSession;
  readonly owner: Owner;
  /** The addresses that this resource holds, by its locks or else by state: claim → address. */
  readonly held: ReadonlyMap<string, Address>;
  /** The replaced resource, if `held` is what that one holds. Its token is on the old locks. Default: `owner`. */
  readonly former?: Owner | undefined;
  /** The addresses that state promises. Default: `held`. They differ if a user has moved a lock. */
  readonly promised?: ReadonlyMap<string, Address | undefined> | undefined;
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** Whether each lock has an entry. False for an IPClaim, which needs none. */
  readonly entries: boolean;
}

export interface Wanted {
  /** Undefined if no address is promised yet. Then one is chosen now. */
  readonly address: Address | undefined;
  /** True: this address or an error. False: the next address, if this one is lost. */
  readonly firm: boolean;
  /** The start of the search for a free address. */
  readonly origin: SetOrigin;
}

/** A `Wanted` with the plan's decisions. */
export interface Target extends Wanted {
  /** The claim's entry at the time of the plan. With `adopt`, only this entry may be replaced. */
  readonly entry: Address | undefined;
}

/** A claim whose address changes. */
export interface Move {
  readonly claim: string;
  readonly from: Address;
  readonly to: Address;
}
