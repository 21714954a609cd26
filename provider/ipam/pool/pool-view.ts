/**
 * Who holds what of one pool, as far as this process knows: the lists it has read, what it has written since, and
 * what this run has promised. It proposes; only the creation of a lock decides.
 */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { FreeSpace } from "../../core/free-space";
import { type AddressObject, isLiveClaims, isMirror, joinObjects, type Lock } from "../metal3/lock";
import { isLockOf, isWellNamed } from "../metal3/lock-object";
import type { Declarer } from "../metal3/owner";
import type { Moved } from "../plan/moved";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { addressKey, type Holder, Holders, strongestFirst } from "./holders";
import type { PlannedPool } from "./planned-pool";
import type { PreviewMemory, Remembered } from "./preview-memory";

/** The objects of one name in either group. */
interface ObjectPair {
  readonly metal3?: AddressObject | undefined;
  readonly capi?: AddressObject | undefined;
}

/** Why a claim has its address: state says so, or a pin, a lock or an entry does, or it was proposed. */
export type Why = "stated" | "found" | { readonly asked: string };

export class PoolView {
  /** What keeps everybody from writing to the pool, as the process found it. */
  pausedBy: string | undefined;
  /** Whether locks have a half in CAPI's group here. */
  hasMirrors = false;
  /** This run has declared the pool, though it is not known yet what it will offer. */
  isDeclared = false;
  /** Claims whose proposal is not what a preview has shown, or what they would have been offered alone. */
  readonly moved = new Map<string, Moved>();
  private live: IPPool | undefined;
  private plan: PlannedPool | undefined;
  private readonly held = new Holders(() => this.space);
  private readonly objects = new Map<string, ObjectPair>();
  private readonly shown = new Map<string | undefined, ReadonlyMap<string, Remembered>>();
  private readonly declared = new Map<string, string>();
  private makesPool: string | undefined;
  /** claim → name of the lock that it uses, undefined where it uses none yet: see `strayed`. */
  private alive: ReadonlyMap<string, string | undefined> = new Map();
  private space: FreeSpace | undefined;

  constructor(
    readonly name: PoolName,
    private readonly previews: PreviewMemory,
    /** Of the door through which the pool is looked at. */
    readonly words: Vocabulary,
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
      if (!pool?.preAllocations.has(claim)) this.held.put(`entry:${claim}`, undefined);
    }
    for (const [claim, address] of pool?.preAllocations ?? []) {
      const known = before?.preAllocations.get(claim);
      if (!known || !sameAddress(known, address)) this.held.put(`entry:${claim}`, { by: "entry", claim, address });
    }
  }

  notePlan(pool: PlannedPool): void {
    this.plan = pool;
    this.space = undefined;
  }

  /** An object of this pool, as it was just read or written. */
  noteObject(half: AddressObject): void {
    this.place(half.name, { ...this.objects.get(half.name), [half.of]: half });
  }

  forgetObject(of: AddressObject["of"], name: string): void {
    this.place(name, { ...this.objects.get(name), [of]: undefined });
  }

  private place(name: string, { metal3, capi }: ObjectPair): void {
    this.objects.set(name, { metal3, capi });
    const mirror = capi && isMirror(capi) ? capi : undefined;
    const locks = joinObjects(metal3, mirror);
    const holdLock = (lock: Lock | undefined): Holder | undefined =>
      lock && { by: "lock", claim: lock.claimName, address: lock.address, lock };
    this.held.put(`lock:${name}`, holdLock(locks.find((lock) => lock.metal3)));
    this.held.put(`mirror:${name}`, holdLock(locks.find((lock) => !lock.metal3)));
    const other = capi && !mirror ? capi : undefined;
    this.held.put(
      `capi:${name}`,
      other && { by: "capi", claim: other.claimName, address: other.address, name: other.name },
    );
  }

  noteBarred(address: Address, lock: Lock): void {
    const isKnown = this.at(address).some((holder) => holder.by === "lock" && holder.lock.name === lock.name);
    const source = `name:${lock.name}:${addressKey(address)}`;
    if (!isKnown) this.held.put(source, { by: "name", claim: undefined, address, lock });
  }

  /** What a check has shown for a claim: nobody else of this run is offered it, nor of the update that follows. */
  promise(claim: string, address: Address, by: Pick<Declarer, "stack" | "resource">, why: Why): void {
    const asked = typeof why === "string" ? "" : why.asked;
    // Of what state promises, state reminds the update itself.
    if (why !== "stated") this.previews.remember(by.stack, this.name, claim, { address, asked });
    const { stack, resource } = by;
    this.held.put(`plan:${claim}`, { by: "plan", claim, address, stack, resource, isProposed: asked !== "" });
  }

  /** claim → what an earlier process of this run, or a preview of the last hour, has shown. */
  shownTo(stack: string | undefined): ReadonlyMap<string, Remembered> {
    const known = this.shown.get(stack) ?? this.previews.recall(stack, this.name);
    this.shown.set(stack, known);
    return known;
  }

  /** These claims hold what was shown for them, or what they won instead. */
  fulfil(stack: string | undefined, claims: Iterable<string>): void {
    const shown = this.shownTo(stack);
    const remembered = [...claims].filter((claim) => shown.has(claim) || this.held.get(`plan:${claim}`));
    this.previews.forget(stack, this.name, remembered);
  }

  promiseOf(claim: string): Address | undefined {
    return this.held.get(`plan:${claim}`)?.address;
  }

  /** Says that a resource of this program declares the claim; returns the other resource if one did before. */
  declare(claim: string, resource: string): string | undefined {
    const other = this.declared.get(claim);
    if (other === undefined) this.declared.set(claim, resource);
    return other === resource ? undefined : other;
  }

  /** The resource of this program that makes the pool; `resource` does, unless another one came first. */
  poolDeclarer(resource?: string): string | undefined {
    this.makesPool ??= resource;
    return this.makesPool;
  }

  declaredBy(claim: string): string | undefined {
    return this.declared.get(claim);
  }

  entryOf(claim: string): Address | undefined {
    return this.live?.preAllocations.get(claim);
  }

  /** All locks that name this claim: one where all is well. */
  locksOf(claim: string): Lock[] {
    return this.held.of(claim).flatMap((holder) => (holder.by === "lock" ? [holder.lock] : []));
  }

  /** The lock that is good for this claim and address. */
  lockAt(claim: string, address: Address): Lock | undefined {
    const pool = this.live;
    if (!pool) return undefined;
    return this.at(address)
      .flatMap((holder) => (holder.by === "lock" ? [holder.lock] : []))
      .find((lock) => isLockOf(lock, pool, claim, address) && isWellNamed(lock, pool));
  }

  locks(): Lock[] {
    return this.held.all().flatMap((one) => (one.by === "lock" ? [one.lock] : []));
  }

  allObjects(): AddressObject[] {
    return [...this.objects.values()]
      .flatMap(({ metal3, capi }) => [metal3, capi])
      .filter((half) => half !== undefined);
  }

  /** A list of all objects of the pool. Of those known `before` it was asked for, the ones it lacks are gone. */
  noteList(halves: readonly AddressObject[], before: readonly AddressObject[]): void {
    const there = new Set(halves.map(({ of, name }) => `${of}:${name}`));
    for (const { of, name } of before) if (!there.has(`${of}:${name}`)) this.forgetObject(of, name);
    for (const half of halves) this.noteObject(half);
  }

  /**
   * Who else holds the address, strongest reason first. A lock outdoes an entry: nobody is kept from an `up` by an
   * entry that somebody wrote beside their lock, or against the lock of a claim that this run is to repair: that is the
   * drift of the other claim.
   */
  othersAt(address: Address, claim: string): Holder[] {
    const isLocked = this.lockAt(claim, address) !== undefined;
    const isRepaired = (other: string) =>
      this.declared.has(other) &&
      this.locksOf(other).some((lock) => lock.marks.token && !sameAddress(lock.address, address));
    const isDrift = (holder: Holder) => holder.by === "entry" && (isLocked || isRepaired(holder.claim));
    return this.at(address)
      .filter((holder) => holder.claim !== claim && !isDrift(holder))
      .sort(strongestFirst);
  }

  at(address: Address): Holder[] {
    return this.held.at(address);
  }

  /** Why the claim has an address, or several; undefined: what names no claim. */
  holdersOf(claim: string | undefined): Holder[] {
    return this.held.of(claim);
  }

  /** Every holder, this run's plan among them, strongest reason first. */
  holders(): Holder[] {
    return this.held.all().sort(strongestFirst);
  }

  /**
   * Claims that have a lock elsewhere than their entry is: if one of them lives, no update changes its address. And those
   * with an entry alone: if one of them lives, somebody has removed the address that it uses.
   */
  claimsElsewhere(): Set<string> {
    const isElsewhere = ({ claimName, address }: Lock) => {
      const entry = claimName === undefined ? undefined : this.entryOf(claimName);
      return entry !== undefined && !sameAddress(entry, address);
    };
    const elsewhere = this.locks().flatMap((lock) => (isElsewhere(lock) ? (lock.claimName ?? []) : []));
    const alone = [...(this.live?.preAllocations.keys() ?? [])].filter((claim) => !this.hasMetal3Object(claim));
    return new Set([...elsewhere, ...alone]);
  }

  /** Names of objects that live claims point at, while there are none. */
  missing(): string[] {
    return [...this.alive].flatMap(([claim, name]) =>
      name !== undefined && this.hasLostItsObject(claim) ? [name] : [],
    );
  }

  /** True where the claim lives, and the object of its address, which it points at, is gone. */
  hasLostItsObject(claim: string): boolean {
    const name = this.alive.get(claim);
    return name !== undefined && !this.objects.get(name)?.metal3;
  }

  private hasMetal3Object(claim: string): boolean {
    return this.locksOf(claim).some(({ metal3 }) => metal3);
  }

  /** Those of the strayed claims that live. The controller leaves no trace on a lock that it points a claim at. */
  noteAlive(alive: ReadonlyMap<string, string | undefined>): void {
    this.alive = alive;
  }

  isAlive(lock: Lock): boolean {
    return isLiveClaims(lock) || (lock.claimName !== undefined && this.alive.has(lock.claimName));
  }

  /** True where a live claim uses this very lock. */
  isInUse(lock: Lock): boolean {
    return isLiveClaims(lock) || (lock.claimName !== undefined && this.alive.get(lock.claimName) === lock.name);
  }

  /** What can be proposed: offered by the (planned) pool and held by nobody. */
  free(): FreeSpace | undefined {
    const offered = this.offered;
    if (!offered) return undefined;
    this.space ??= new FreeSpace(
      offered.pool,
      this.held.all().map((holder) => holder.address),
    );
    return this.space;
  }
}

/** Equal where a pool offers the same; entries come and go, and what is offered is worked out once. */
function offerText(pool: IPPool | undefined): string {
  return JSON.stringify((pool?.object.spec as { pools?: unknown } | undefined)?.pools);
}
