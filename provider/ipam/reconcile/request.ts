import type { Address } from "../../core/address";
import type { FreeSpace } from "../../core/free-space";
import type { Placement } from "../../core/placement";
import { isLiveClaims, type Lock } from "../metal3/lock";
import { mayTakeOver, type Owner } from "../metal3/owner";
import type { PoolView } from "../pool/pool-view";

/** What a resource holds, and what it is to hold. */
export interface ReconcileRequest {
  readonly view: PoolView;
  readonly owner: Owner;
  /** What state says that this resource holds: claim → address. */
  readonly held: ReadonlyMap<string, Address>;
  /** What state promises; default: `held`, which believes a lock of ours more. Apart: somebody has moved the lock. */
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
  readonly place: (free: FreeSpace) => Placement;
}

/** A claim whose address changes. */
export interface Move {
  readonly claim: string;
  readonly from: Address;
  readonly to: Address;
}

/**
 * Whether a lock of one of its claims goes where the claim has to be elsewhere: ours, or one made by hand for a claim
 * that state promises. What the controller has made for a claim goes with that.
 */
export function mayMove({ owner, held, entries }: ReconcileRequest, lock: Lock): boolean {
  const isHandMade = lock.marks.token === undefined && !isLiveClaims(lock);
  return mayTakeOver(lock, owner) || (entries && isHandMade && held.has(lock.claimName ?? ""));
}
