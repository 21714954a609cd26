/** The reasons why addresses of a pool are taken, indexed by address and by claim. */
import { type Address, sameAddress } from "../../core/address";
import { AddressIndex } from "../../core/address-index";
import { Groups } from "../../core/groups";
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
 * Two locks have one name if they are not a claim's object and its mirror: `secondLock`. The id of a source is the name of an object, the name and address of a barred name, or the name of a claim. */
export type SourceKind = "lock" | "secondLock" | "capi" | "name" | ClaimSource;
type ClaimSource = "entry" | "request" | "plan";

/**
 * The holders of a pool by source. A source is one reason: an object, an entry, a promise. It holds one address at a time.
 */
export class Holders {
  private readonly bySource: Readonly<Record<SourceKind, Map<string, Holder>>> = {
    lock: new Map(),
    secondLock: new Map(),
    capi: new Map(),
    name: new Map(),
    entry: new Map(),
    request: new Map(),
    plan: new Map(),
  };
  /** Three indexes, because an address normally has one holder in each. */
  private readonly objectsAt = new AddressIndex<Holder>();
  private readonly entriesAt = new AddressIndex<Holder>();
  private readonly promisesAt = new AddressIndex<Holder>();
  /** The other sources are found by the claim. */
  private readonly objectsOf = new Groups<string | undefined, Holder>();

  /** `space`: receives the changes, if it exists. */
  constructor(private readonly space: () => TakenSpace | undefined) {}

  get(source: SourceKind, id: string): Holder | undefined {
    return this.bySource[source].get(id);
  }

  all(): Holder[] {
    return Object.values(this.bySource).flatMap((holders) => [...holders.values()]);
  }

  at(address: Address): Holder[] {
    return [...this.objectsAt.at(address), ...this.entriesAt.at(address), ...this.promisesAt.at(address)];
  }

  of(claim: string | undefined): Holder[] {
    const sources: readonly ClaimSource[] = claim === undefined ? [] : ["entry", "request", "plan"];
    return [...this.objectsOf.at(claim), ...sources.flatMap((source) => this.get(source, claim!) ?? [])];
  }

  /** `holder` is undefined if the source no longer holds an address. */
  put(source: SourceKind, id: string, holder: Holder | undefined): void {
    this.drop(source, id, holder?.address);
    if (!holder) return;
    this.bySource[source].set(id, holder);
    this.index(source).add(holder.address, holder);
    if (isObject(source)) this.objectsOf.add(holder.claim, holder);
    this.space()?.take(holder.address);
  }

  /** `next`: the address that the same source will hold. It must not become free in between. */
  private drop(source: SourceKind, id: string, next: Address | undefined): void {
    const holder = this.bySource[source].get(id);
    if (!holder) return;
    const { address, claim } = holder;
    this.bySource[source].delete(id);
    this.index(source).remove(address, holder);
    if (isObject(source)) this.objectsOf.remove(claim, holder);
    if (!this.isTaken(address) && !(next && sameAddress(next, address))) this.space()?.give(address);
  }

  private isTaken(address: Address): boolean {
    return this.objectsAt.has(address) || this.entriesAt.has(address) || this.promisesAt.has(address);
  }

  private index(source: SourceKind): AddressIndex<Holder> {
    if (isObject(source)) return this.objectsAt;
    return source === "entry" ? this.entriesAt : this.promisesAt;
  }
}

function isObject(source: SourceKind): boolean {
  return source === "lock" || source === "secondLock" || source === "capi" || source === "name";
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
