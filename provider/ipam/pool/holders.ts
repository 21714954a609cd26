/** The reasons why addresses of a pool are taken, indexed by address and by claim. */
import { type Address, sameAddress } from "../../core/address";
import { type Lock, lockHolderText } from "../metal3/lock";
import type { PoolName } from "../pool-name";
import { claimText } from "../wording";

/** One reason why an address is taken. A normal address has two: its lock and its entry. */
export type Holder =
  | { readonly by: "lock"; readonly claim: string | undefined; readonly address: Address; readonly lock: Lock }
  | { readonly by: "capi"; readonly claim: string | undefined; readonly address: Address; readonly name: string }
  /** An object of another pool or address that has the name of this address's lock. */
  | { readonly by: "name"; readonly claim: undefined; readonly address: Address; readonly lock: Lock }
  | { readonly by: "entry"; readonly claim: string; readonly address: Address }
  /** An IPClaim asks for the address by annotation, and has not been served yet. */
  | { readonly by: "request"; readonly claim: string; readonly address: Address }
  | {
      readonly by: "plan";
      readonly claim: string;
      readonly address: Address;
      readonly stack: string | undefined;
      readonly resource: string | undefined;
      /** Whether the address was proposed, so that another one would do as well. */
      readonly isProposed: boolean;
    };

/** The space that tracks which addresses are taken. */
export interface TakenSpace {
  take(address: Address): void;
  give(address: Address): void;
}

/**
 * The holders of a pool by source. A source is one reason: an object, an entry, a promise. It holds one address at a time.
 */
export class Holders {
  private readonly bySource = new Map<string, Holder>();
  private readonly byAddress = new Map<string, Map<string, Holder>>();
  private readonly byClaim = new Map<string | undefined, Map<string, Holder>>();

  /** `space`: receives the changes, if it exists. */
  constructor(private readonly space: () => TakenSpace | undefined) {}

  get(source: string): Holder | undefined {
    return this.bySource.get(source);
  }

  all(): Holder[] {
    return [...this.bySource.values()];
  }

  at(address: Address): Holder[] {
    return [...(this.byAddress.get(addressKey(address))?.values() ?? [])];
  }

  of(claim: string | undefined): Holder[] {
    return [...(this.byClaim.get(claim)?.values() ?? [])];
  }

  /** `holder` is undefined if the source no longer holds an address. */
  put(source: string, holder: Holder | undefined): void {
    this.drop(source, holder?.address);
    if (!holder) return;
    this.bySource.set(source, holder);
    index(this.byAddress, addressKey(holder.address)).set(source, holder);
    index(this.byClaim, holder.claim).set(source, holder);
    this.space()?.take(holder.address);
  }

  /** `next`: the address that the same source will hold. It must not become free in between. */
  private drop(source: string, next: Address | undefined): void {
    const holder = this.bySource.get(source);
    if (!holder) return;
    const { address, claim } = holder;
    this.bySource.delete(source);
    this.byClaim.get(claim)?.delete(source);
    const here = this.byAddress.get(addressKey(address));
    here?.delete(source);
    if (here?.size === 0 && !(next && sameAddress(next, address))) this.space()?.give(address);
  }
}

/** The values of one key, by source. */
export function index<Key, Value>(by: Map<Key, Map<string, Value>>, key: Key): Map<string, Value> {
  const known = by.get(key) ?? new Map<string, Value>();
  by.set(key, known);
  return known;
}

const STRENGTH = ["lock", "capi", "name", "entry", "request", "plan"];

export function strongestFirst(a: Holder, b: Holder): number {
  return STRENGTH.indexOf(a.by) - STRENGTH.indexOf(b.by);
}

/** As in: is held by HOLDER. */
export function holderText(pool: Pick<PoolName, "name">, holder: Holder): string {
  switch (holder.by) {
    case "lock":
      return lockHolderText(holder.lock);
    case "capi":
      return `IPAddress ${holder.name} of ipam.cluster.x-k8s.io (claim ${holder.claim ?? "unknown"})`;
    case "name":
      return `IPAddress ${holder.lock.name} of IPPool ${holder.lock.poolName}, for ${lockHolderText(holder.lock)}`;
    case "entry":
      return `${claimText(pool, holder.claim)} (an entry of preAllocations)`;
    case "request":
      return `IPClaim ${holder.claim}, which asks for it and is not served yet`;
    case "plan":
      return `${claimText(pool, holder.claim)} (${holder.resource === undefined ? "of this program" : `resource ${holder.resource}`})`;
  }
}

export function addressKey(address: Address): string {
  return `${address.family}/${address.value}`;
}
