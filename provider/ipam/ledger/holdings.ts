/** Why each address of a pool is taken, to be looked up by address and by claim. */
import { type Address, sameAddress } from "../../core/address";
import { holderText, type Lock } from "./lock";

/** One reason why an address is taken. An address has several when all is well: its lock and its entry. */
export type Holding =
  | { readonly by: "lock"; readonly claim: string | undefined; readonly address: Address; readonly lock: Lock }
  | { readonly by: "capi"; readonly claim: string | undefined; readonly address: Address; readonly name: string }
  /** An object of another pool or address, whose name is this address's lock. */
  | { readonly by: "name"; readonly claim: undefined; readonly address: Address; readonly lock: Lock }
  | { readonly by: "entry"; readonly claim: string; readonly address: Address }
  | {
      readonly by: "plan";
      readonly claim: string;
      readonly address: Address;
      readonly stack: string;
      readonly resource: string;
      /** Whether it was free to be another one. */
      readonly isProposed: boolean;
    };

/** What becomes taken and free. */
export interface TakenSpace {
  take(address: Address): void;
  give(address: Address): void;
}

/** A source is one reason: an object, an entry, a promise. It holds one address at a time. */
export class Holdings {
  private readonly bySource = new Map<string, Holding>();
  private readonly byAddress = new Map<string, Map<string, Holding>>();
  private readonly byClaim = new Map<string | undefined, Map<string, Holding>>();

  /** `space` is told of what changes, while there is one. */
  constructor(private readonly space: () => TakenSpace | undefined) {}

  get(source: string): Holding | undefined {
    return this.bySource.get(source);
  }

  all(): Holding[] {
    return [...this.bySource.values()];
  }

  at(address: Address): Holding[] {
    return [...(this.byAddress.get(addressKey(address))?.values() ?? [])];
  }

  of(claim: string | undefined): Holding[] {
    return [...(this.byClaim.get(claim)?.values() ?? [])];
  }

  /** undefined: the source holds nothing any more. */
  put(source: string, holding: Holding | undefined): void {
    this.drop(source, holding?.address);
    if (!holding) return;
    this.bySource.set(source, holding);
    index(this.byAddress, addressKey(holding.address)).set(source, holding);
    index(this.byClaim, holding.claim).set(source, holding);
    this.space()?.take(holding.address);
  }

  /** `next`: the address that the same source will hold, which does not become free in between. */
  private drop(source: string, next: Address | undefined): void {
    const holding = this.bySource.get(source);
    if (!holding) return;
    const { address, claim } = holding;
    this.bySource.delete(source);
    this.byClaim.get(claim)?.delete(source);
    const here = this.byAddress.get(addressKey(address));
    here?.delete(source);
    if (here?.size === 0 && !(next && sameAddress(next, address))) this.space()?.give(address);
  }
}

function index<Key>(by: Map<Key, Map<string, Holding>>, key: Key): Map<string, Holding> {
  const known = by.get(key) ?? new Map<string, Holding>();
  by.set(key, known);
  return known;
}

const STRENGTH = ["lock", "capi", "name", "entry", "plan"];

export function strongestFirst(a: Holding, b: Holding): number {
  return STRENGTH.indexOf(a.by) - STRENGTH.indexOf(b.by);
}

export function holdingText(holding: Holding): string {
  switch (holding.by) {
    case "lock":
      return holderText(holding.lock);
    case "capi":
      return `IPAddress ${holding.name} of ipam.cluster.x-k8s.io (claim ${holding.claim ?? "unknown"})`;
    case "name":
      return `IPAddress ${holding.lock.name} of IPPool ${holding.lock.poolName}, which is ${holderText(holding.lock)}`;
    case "entry":
      return `claim ${holding.claim} (its preAllocations entry)`;
    case "plan":
      return `claim ${holding.claim} (resource ${holding.resource})`;
  }
}

export function addressKey(address: Address): string {
  return `${address.family}/${address.value}`;
}
