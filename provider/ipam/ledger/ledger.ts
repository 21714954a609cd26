/**
 * Who holds what of one pool, as far as this process knows: the lists it has read, what it has written since, and
 * what this run has promised. It proposes; only the creation of a lock decides.
 */
import type { IPAddress } from "../../api/ip-address";
import type { IPPool } from "../../api/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { FreeSpace } from "../../core/free-space";
import type { PoolName } from "../errors";
import { isLockOf, isWellNamed, type Lock } from "./lock";
import type { PlannedPool } from "./planned-pool";
import { noPreviewMemory, type PreviewMemory } from "./preview-memory";

/** One reason why an address is taken. An address has several when all is well: its lock and its entry. */
export type Holding =
  | { readonly by: "lock"; readonly claim: string | undefined; readonly address: Address; readonly lock: Lock }
  | { readonly by: "capi"; readonly claim: string | undefined; readonly address: Address; readonly name: string }
  /** An object of another pool or address, whose name is this address's lock. */
  | { readonly by: "name"; readonly claim: undefined; readonly address: Address; readonly lock: Lock }
  | { readonly by: "entry"; readonly claim: string; readonly address: Address }
  | { readonly by: "plan"; readonly claim: string; readonly address: Address; readonly resource: string };

export class Ledger {
  private live: IPPool | undefined;
  private plan: PlannedPool | undefined;
  private readonly holdings = new Map<string, Holding>();
  private readonly byAddress = new Map<string, Map<string, Holding>>();
  private readonly byClaim = new Map<string | undefined, Map<string, Holding>>();
  private readonly shown = new Map<string, ReadonlyMap<string, Address>>();
  private readonly declared = new Map<string, string>();
  private space: FreeSpace | undefined;

  constructor(
    readonly name: PoolName,
    private readonly previews: PreviewMemory = noPreviewMemory,
  ) {}

  /** The pool as last read or written by this process; undefined where there is none. */
  get pool(): IPPool | undefined {
    return this.live;
  }

  /** The pool as it will be when this run has updated it, or else as it is. */
  get offered(): PlannedPool | undefined {
    if (this.plan) return this.plan;
    return this.live && { pool: this.live.pool, namePrefix: this.live.namePrefix };
  }

  notePool(pool: IPPool | undefined): void {
    const before = this.live;
    this.live = pool;
    if (offerText(before) !== offerText(pool)) this.space = undefined;
    for (const claim of before?.preAllocations.keys() ?? []) {
      if (!pool?.preAllocations.has(claim)) this.drop(`entry:${claim}`);
    }
    for (const [claim, address] of pool?.preAllocations ?? []) {
      const known = before?.preAllocations.get(claim);
      if (!known || !sameAddress(known, address)) this.hold(`entry:${claim}`, { by: "entry", claim, address });
    }
  }

  notePlan(pool: PlannedPool): void {
    this.plan = pool;
    this.space = undefined;
  }

  noteLock(lock: Lock): void {
    this.hold(`lock:${lock.name}`, { by: "lock", claim: lock.claimName, address: lock.address, lock });
  }

  forgetLock(name: string): void {
    this.drop(`lock:${name}`);
  }

  noteBarred(address: Address, lock: Lock): void {
    const isKnown = this.at(address).some((holding) => holding.by === "lock" && holding.lock.name === lock.name);
    if (!isKnown)
      this.hold(`name:${lock.name}:${addressKey(address)}`, { by: "name", claim: undefined, address, lock });
  }

  noteCapiAddress(object: IPAddress): void {
    this.hold(`capi:${object.name}`, {
      by: "capi",
      claim: object.claimName,
      address: object.address,
      name: object.name,
    });
  }

  /** What a check has shown for a claim: nobody else of this run is offered it, nor of the update that follows. */
  promise(
    claim: string,
    address: Address,
    by: { readonly stack: string; readonly resource: string },
    isInState = false,
  ): void {
    const shown = this.shownTo(by.stack).get(claim);
    const isNews = shown === undefined || !sameAddress(shown, address);
    // Of what state promises, state reminds the update itself.
    if (isNews && !isInState) this.previews.remember(by.stack, this.name, claim, address);
    this.hold(`plan:${claim}`, { by: "plan", claim, address, resource: by.resource });
  }

  /** claim → address, as an earlier process of this run, or a preview of the last hour, has shown it. */
  shownTo(stack: string): ReadonlyMap<string, Address> {
    const known = this.shown.get(stack) ?? this.previews.recall(stack, this.name);
    this.shown.set(stack, known);
    return known;
  }

  promiseOf(claim: string): Address | undefined {
    return this.holdings.get(`plan:${claim}`)?.address;
  }

  /** Says that a resource of this program declares the claim; returns the other resource if one did before. */
  declare(claim: string, resource: string): string | undefined {
    const other = this.declared.get(claim);
    if (other === undefined) this.declared.set(claim, resource);
    return other === resource ? undefined : other;
  }

  declaredBy(claim: string): string | undefined {
    return this.declared.get(claim);
  }

  entryOf(claim: string): Address | undefined {
    return this.live?.preAllocations.get(claim);
  }

  /** All locks that name this claim: one where all is well. */
  locksOf(claim: string): Lock[] {
    const holdings = this.byClaim.get(claim)?.values() ?? [];
    return [...holdings].flatMap((holding) => (holding.by === "lock" ? [holding.lock] : []));
  }

  /** The lock that is good for this claim and address. */
  lockAt(claim: string, address: Address): Lock | undefined {
    const pool = this.live;
    if (!pool) return undefined;
    return this.at(address)
      .flatMap((holding) => (holding.by === "lock" ? [holding.lock] : []))
      .find((lock) => isLockOf(lock, pool, claim, address) && isWellNamed(lock, pool));
  }

  locks(): Lock[] {
    return [...this.holdings.values()].flatMap((one) => (one.by === "lock" ? [one.lock] : []));
  }

  /** A list of all locks of the pool. Of those known `before` it was asked for, the ones it lacks are gone. */
  noteList(locks: readonly Lock[], before: readonly Lock[]): void {
    const names = new Set(locks.map((lock) => lock.name));
    for (const { name } of before) if (!names.has(name)) this.forgetLock(name);
    for (const lock of locks) this.noteLock(lock);
  }

  /**
   * Who else holds the address, strongest reason first. A lock outdoes an entry: nobody is kept from an `up` by an
   * entry that somebody wrote beside their lock, or against the lock of a claim that this run is to repair: that is the
   * drift of the other claim.
   */
  othersAt(address: Address, claim: string): Holding[] {
    const isLocked = this.lockAt(claim, address) !== undefined;
    const isRepaired = (other: string) =>
      this.declared.has(other) &&
      this.locksOf(other).some((lock) => lock.marks.token && !sameAddress(lock.address, address));
    const isDrift = (holding: Holding) => holding.by === "entry" && (isLocked || isRepaired(holding.claim));
    return this.at(address)
      .filter((holding) => holding.claim !== claim && !isDrift(holding))
      .sort(strongestFirst);
  }

  at(address: Address): Holding[] {
    return [...(this.byAddress.get(addressKey(address))?.values() ?? [])];
  }

  /** Every holding, this run's plan among them, strongest reason first. */
  holders(): Holding[] {
    return [...this.holdings.values()].sort(strongestFirst);
  }

  /** What can be proposed: offered by the (planned) pool and held by nobody. */
  free(): FreeSpace | undefined {
    const offered = this.offered;
    if (!offered) return undefined;
    this.space ??= new FreeSpace(
      offered.pool,
      [...this.holdings.values()].map((holding) => holding.address),
    );
    return this.space;
  }

  private hold(source: string, holding: Holding): void {
    this.drop(source, holding.address);
    this.holdings.set(source, holding);
    index(this.byAddress, addressKey(holding.address)).set(source, holding);
    index(this.byClaim, holding.claim).set(source, holding);
    this.space?.take(holding.address);
  }

  /** `next`: the address that the same source will hold, which does not become free in between. */
  private drop(source: string, next?: Address): void {
    const holding = this.holdings.get(source);
    if (!holding) return;
    const { address, claim } = holding;
    this.holdings.delete(source);
    this.byClaim.get(claim)?.delete(source);
    const here = this.byAddress.get(addressKey(address));
    here?.delete(source);
    if (here?.size === 0 && !(next && sameAddress(next, address))) this.space?.give(address);
  }
}

function index<Key>(by: Map<Key, Map<string, Holding>>, key: Key): Map<string, Holding> {
  const known = by.get(key) ?? new Map<string, Holding>();
  by.set(key, known);
  return known;
}

/** Equal where a pool offers the same; entries come and go, and what is offered is worked out once. */
function offerText(pool: IPPool | undefined): string {
  return JSON.stringify((pool?.object.spec as { pools?: unknown } | undefined)?.pools);
}

const STRENGTH = ["lock", "capi", "name", "entry", "plan"];

function strongestFirst(a: Holding, b: Holding): number {
  return STRENGTH.indexOf(a.by) - STRENGTH.indexOf(b.by);
}

function addressKey(address: Address): string {
  return `${address.family}/${address.value}`;
}
