/**
 * The knowledge of this process about one pool. It has the pool and its address objects, as listed and as written since, and
 * the promises of this run. A view only proposes. The creation of a lock decides.
 */
import type { StoredManifest } from "../../api/meta";
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { FreeSpace } from "../../core/free-space";
import { reservedSet } from "../../core/pool";
import type { AddressRange } from "../../core/range";
import type { RangeSet } from "../../core/range-set";
import type { Lock } from "../metal3/lock";
import { isLockOf, isWellNamed } from "../metal3/lock-object";
import type { Declarer } from "../metal3/owner";
import { type PoolTerms, rangesOf, termsOf } from "../metal3/pool-terms";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { AddressObjects } from "./address-objects";
import { writesBefore } from "./author";
import { Declarations } from "./declarations";
import { addressKey, type Holder, Holders, strongestFirst } from "./holders";
import { Liveness } from "./liveness";
import type { ToldClaim } from "./other-processes";
import type { PlannedPool } from "./planned-pool";
import type { PreviewMemory } from "./preview-memory";
import { ShownAddresses } from "./shown-addresses";

/** Why a claim has its address. Either state has it, or a pin, a lock or an entry has it, or it was proposed. */
export type Why = "stated" | "found" | { readonly asked: string };

export class PoolView {
  /** The text about a pause of the pool, as this process found it. */
  pausedBy: string | undefined;
  /** Whether locks for IPClaims have mirrors here. Locks for IPAddressClaims always have one. */
  hasMirrors = false;
  /** Whether the check of its resource found that the pool is gone. The update may have created it again since. */
  wasGone = false;
  /** Whether a resource of this process reserves for IPAddressClaims. Otherwise it needs no right to list them. */
  expectsIPAddressClaims = false;
  /** Names of live IPClaims that CAPM3 has created without the names of their hosts. */
  claimsOfData: readonly string[] = [];
  readonly declarations = new Declarations();
  readonly liveness = new Liveness(this);
  readonly shown: ShownAddresses;
  private live: IPPool | undefined;
  /** The manifest that this process read first. */
  private found: StoredManifest | undefined;
  private terms: PoolTerms = {};
  private plan: PlannedPool | undefined;
  private readonly held = new Holders(() => this.space);
  readonly objects = new AddressObjects(this.held);
  readonly locks = this.objects.locks;
  private space: FreeSpace | undefined;

  constructor(
    readonly name: PoolName,
    previews: PreviewMemory,
    /** The names of the door's commands, for messages about the pool. */
    readonly words: Vocabulary,
  ) {
    this.shown = new ShownAddresses(name, previews);
  }

  /** The pool as last read or written by this process. Undefined if there is none. */
  get pool(): IPPool | undefined {
    return this.live;
  }

  /** The pool's object as it is, with the authors that this run found first. The run's own writes are not drift. */
  get manifest(): StoredManifest | undefined {
    const manifest = this.live?.manifest;
    if (!manifest || !this.found || manifest.metadata.uid !== this.found.metadata.uid) return manifest;
    return { ...manifest, metadata: { ...manifest.metadata, managedFields: [...writesBefore(this.found, manifest)] } };
  }

  /** The pool as it will be after this run has updated it, or else as it is. */
  get offered(): PlannedPool | undefined {
    if (this.plan) return this.plan;
    const { excludeReserved, allowReserved } = this.terms;
    return this.live && { pool: this.live.pool, namePrefix: this.live.namePrefix, excludeReserved, allowReserved };
  }

  /** The excluded ranges of the pool, if the plan or its terms have any. */
  get excludes(): readonly AddressRange[] {
    return this.plan ? (this.plan.excludes ?? []) : rangesOf(this.terms.excludes);
  }

  notePool(pool: IPPool | undefined): void {
    const before = this.live;
    this.live = pool;
    this.found ??= pool?.manifest;
    this.terms = pool ? termsOf(pool.manifest) : {};
    if (offerText(before) !== offerText(pool)) this.space = undefined;
    for (const claim of before?.preAllocations.keys() ?? []) {
      if (!pool?.preAllocations.has(claim)) this.held.put("entry", claim, undefined);
    }
    for (const [claim, address] of pool?.preAllocations ?? []) {
      const known = before?.preAllocations.get(claim);
      if (!known || !sameAddress(known, address)) this.held.put("entry", claim, { by: "entry", claim, address });
    }
  }

  notePlan(pool: PlannedPool): void {
    this.plan = pool;
    this.space = undefined;
  }

  /** Notes the addresses of unserved requests by IPClaims: claim → address. */
  noteRequests(requests: ReadonlyMap<string, Address>): void {
    const before = this.held.all().flatMap((one) => (one.by === "request" ? [one.claim] : []));
    for (const claim of before) if (!requests.has(claim)) this.forgetRequest(claim);
    for (const [claim, address] of requests) this.held.put("request", claim, { by: "request", claim, address });
  }

  forgetRequest(claim: string): void {
    this.held.put("request", claim, undefined);
  }

  requestOf(claim: string): Address | undefined {
    return this.held.get("request", claim)?.address;
  }

  /** Notes that the name of a lock blocks this address, whatever address the lock itself holds. */
  noteBarred(address: Address, lock: Lock): void {
    const isKnown = this.at(address).some((holder) => holder.by === "lock" && holder.lock.name === lock.name);
    const id = `${lock.name}:${addressKey(address)}`;
    if (!isKnown) this.held.put("name", id, { by: "name", claim: undefined, address, lock });
  }

  /** Notes the address that a check shows for a claim. No other claim gets it, in this run or in the update that follows. */
  promise(claim: string, address: Address, by: Pick<Declarer, "stack" | "resource">, why: Why): void {
    const asked = typeof why === "string" ? "" : why.asked;
    // The update finds an address of state in state.
    if (why !== "stated") this.shown.remember(by.stack, claim, address, asked);
    const { stack, resource } = by;
    this.held.put("plan", claim, { by: "plan", claim, address, stack, resource, isProposed: asked !== "" });
  }

  /** Notes what a check of another process has shown. It replaces a proposal of this process at the same address. */
  promiseElsewhere(
    claim: string,
    address: Address,
    { stack, resource }: Pick<Declarer, "stack" | "resource">,
    isProposed: boolean,
  ): void {
    for (const one of this.at(address)) {
      if (one.by === "plan" && one.isProposed && one.claim !== claim) this.held.put("plan", one.claim, undefined);
    }
    this.held.put("plan", claim, { by: "plan", claim, address, stack, resource, isProposed });
  }

  promiseOf(claim: string): Address | undefined {
    return this.held.get("plan", claim)?.address;
  }

  /** The note about a claim of this process's program, for the other processes of the run. */
  toldClaim(claim: string): ToldClaim {
    const plan = this.held.get("plan", claim);
    return { claim, address: plan?.address, isProposed: plan?.by === "plan" && plan.isProposed };
  }

  /** Called when these claims hold what was shown for them, or what they got instead. From now on the store has it. */
  fulfil(stack: string | undefined, claims: Iterable<string>): void {
    const shown = this.shown.to(stack);
    this.shown.forget(
      stack,
      [...claims].filter((claim) => shown.has(claim) || this.promiseOf(claim)),
    );
  }

  entryOf(claim: string): Address | undefined {
    return this.live?.preAllocations.get(claim);
  }

  /** All locks of this claim. Normally there is one. */
  locksOf(claim: string): Lock[] {
    return this.held.of(claim).flatMap((holder) => (holder.by === "lock" ? [holder.lock] : []));
  }

  /** The well-named lock of this claim and address. */
  lockAt(claim: string, address: Address): Lock | undefined {
    const pool = this.live;
    if (!pool) return undefined;
    return this.at(address)
      .flatMap((holder) => (holder.by === "lock" ? [holder.lock] : []))
      .find((lock) => isLockOf(lock, pool, claim, address) && isWellNamed(lock, pool));
  }

  /**
   * The other holders of the address, strongest reason first. An entry that is the drift of another claim does not count. It
   * is drift if it was written by hand although this claim has the lock. It is also drift if it differs from the lock of its
   * own claim, because this run repairs it.
   */
  othersAt(address: Address, claim: string): Holder[] {
    const isLocked = this.lockAt(claim, address) !== undefined;
    const isRepaired = (other: string) =>
      this.declarations.has(other) &&
      this.locksOf(other).some((lock) => lock.marks.token && !sameAddress(lock.address, address));
    const isDrift = (holder: Holder) => holder.by === "entry" && (isLocked || isRepaired(holder.claim));
    return this.at(address)
      .filter((holder) => holder.claim !== claim && !isDrift(holder))
      .sort(strongestFirst);
  }

  at(address: Address): Holder[] {
    return this.held.at(address);
  }

  /** The reasons why the claim has one or more addresses. `claim` is undefined for objects that name no claim. */
  holdersOf(claim: string | undefined): Holder[] {
    return this.held.of(claim);
  }

  /** Every holder, including this run's plan, strongest reason first. */
  holders(): Holder[] {
    return this.held.all().sort(strongestFirst);
  }

  /** The holders of addresses in a set, each address once. This run's plan does not count. */
  holdersIn(addresses: RangeSet): Holder[] {
    const seen = new Set<string>();
    return this.holders().filter(({ by, address }) => {
      const key = addressKey(address);
      const isNew = by !== "plan" && by !== "name" && addresses.contains(address) && !seen.has(key);
      if (isNew) seen.add(key);
      return isNew;
    });
  }

  /** The addresses that can be proposed: offered by the (planned) pool, and without a holder. */
  free(): FreeSpace | undefined {
    const offered = this.offered;
    if (!offered) return undefined;
    this.space ??= new FreeSpace(
      offered.pool,
      this.held.all().map((holder) => holder.address),
      // They are still on offer, for pins or because an earlier version made the pool.
      offered.excludeReserved ? reservedSet(offered.pool.spec) : undefined,
    );
    return this.space;
  }
}

/** Equal texts mean an equal offer. Entries change often, so the offer is computed without them. */
function offerText(pool: IPPool | undefined): string {
  if (!pool) return "";
  const { preAllocations: _preAllocations, ...spec } = pool.manifest.spec as { preAllocations?: unknown };
  return JSON.stringify([spec, termsOf(pool.manifest).excludeReserved]);
}
