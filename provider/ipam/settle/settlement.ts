import type { Address } from "../../core/address";
import type { FreeSpace } from "../../core/free-space";
import type { Placement } from "../../core/placement";
import type { Hand } from "../ledger/hand";
import type { Ledger } from "../ledger/ledger";

/** What a resource holds, and what it is to hold. */
export interface Settlement {
  readonly ledger: Ledger;
  readonly hand: Hand;
  /** What state says that this resource holds: claim → address. */
  readonly held: ReadonlyMap<string, Address>;
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
