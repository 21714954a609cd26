/** One pool for resources and functions: a part of the façade of `ipam`. */
import { CLAIM_KINDS, type ClaimKind } from "../api/claim";
import { type Address, formatAddress, sameAddress } from "../core/address";
import type { Stored } from "../store/store";
import type { Lock } from "./metal3/lock";
import { isOfStack, type Marks, type Origin, releasingOf } from "./metal3/marks";
import { claimKindBy, type Declarer, NO_TOKEN, type Owner } from "./metal3/owner";
import {
  type AddressAnswer,
  type AddressQuestion,
  type ClaimFault,
  heldFault,
  kindOfClaim,
  leavingClaims,
  planAddresses,
  wonInstead,
} from "./plan/addresses";
import { claimsInUse } from "./plan/claims-in-use";
import { type DeclaredClaim, declareClaim } from "./plan/declared-claims";
import { heldAddresses, isTakenOver, isUnheld, learnStates, type TokenHolder } from "./plan/held";
import { leavingOf, orphanedLocks } from "./plan/pool-plan";
import { poolsEntry } from "./plan/pools-entry";
import type { ReconcileRequest } from "./plan/request";
import { agreed } from "./pool/agreed";
import { claimDrift, type Drift, type LastSet } from "./pool/drift";
import { leftoversOf } from "./pool/given-up";
import type { Holder } from "./pool/holders";
import type { KnownPools } from "./pool/known-pools";
import { unwritable } from "./pool/misplaced";
import type { PoolView } from "./pool/pool-view";
import { hostNameWarnings, liveWarnings, poolWarnings } from "./pool/warnings";
import type { PoolName } from "./pool-name";
import { reconcile } from "./reconcile/reconcile";
import { release } from "./reconcile/release";
import type { PoolSession } from "./session";
import { claimText, wording } from "./wording";

export interface Proposal extends AddressAnswer {
  readonly warnings: readonly string[];
}

/** An entry of the preAllocations that an IPPool declares itself. */
export interface DeclaredEntry extends Omit<DeclaredClaim, "entries"> {
  readonly pin: Address;
}

export class ManagedPool {
  constructor(
    readonly session: PoolSession,
    private readonly known: KnownPools,
  ) {}

  get name(): PoolName {
    return this.session.name;
  }

  /** The knowledge of this process about the pool. */
  get view(): PoolView {
    return this.session.view;
  }

  /**
   * Called by check. Returns an address for each claim, every fault, and warnings for the time before the update. Notes the
   * claims as declared and the addresses as promised. Writes nothing, so an address may be lost before create.
   */
  async propose(question: AddressQuestion): Promise<Proposal> {
    const { claims, entries, by } = question;
    const asking = claims.map(({ claim }) => claim);
    this.noteKind(by, asking);
    const kindOf = (claim: string) => kindOfClaim(this.view, question, claim);
    const isLive = (claim: string) => this.session.hasClaim(claim, kindOf(claim));
    const leaving: Address[] = [];
    for (const [claim, address] of leavingClaims(this.view, question)) {
      // The address of a live host stays with it.
      if (!(await isLive(claim))) leaving.push(address);
    }
    const asked = { ...question, leaving };
    const { addresses, faults } = await agreed({ known: this.known, view: this.view }, question, async () =>
      planAddresses(this.view, asked),
    );
    const held = (claim: string) => this.wonBy(by, claim);
    const inUse = entries ? await claimsInUse({ view: this.view, isLive, kindOf, held }, question, addresses) : [];
    const unwritten = await unwritable(this.session.store, this.view, addresses, entries);
    const warnings = [
      ...claims.flatMap(({ claim }) => this.claimNameWarnings(claim)),
      ...(claims.some(({ claim, host }) => claim !== host) ? hostNameWarnings(this.view) : []),
      ...this.warnings(addresses, entries),
      ...this.leftoverWarnings(by),
    ];
    const misplaced = unwritten.map((reason): ClaimFault => ({ claim: undefined, isPin: false, reason }));
    return { addresses, faults: [...faults, ...inUse, ...misplaced], warnings };
  }

  private noteKind(by: Pick<Declarer, "claimKind">, claims: Iterable<string>): void {
    if (claimKindBy(by) === "IPAddressClaim") this.view.objects.reserveForIPAddressClaims(claims);
  }

  /** Warnings for the time before claims get these addresses. `entries`: whether each lock has an entry. */
  warnings(addresses: ReadonlyMap<string, Address>, entries: boolean): string[] {
    return [...poolWarnings(this.view, addresses.values()), ...(entries ? liveWarnings(this.view, addresses) : [])];
  }

  /**
   * Called by the check of an IPPool, for its own preAllocations. Notes the claims as declared and the addresses as
   * promised. Returns the faults of each claim: claim → reasons. An address that the list gives twice is not among them.
   */
  declareEntries(by: Declarer, entries: readonly DeclaredEntry[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const listed = new Map(entries.map((entry) => [entry.claim, entry]));
    return agreed({ known: this.known, view: this.view }, { by, claims: entries }, async () => {
      const faults = new Map<string, readonly string[]>();
      for (const entry of entries) faults.set(entry.claim, await this.declareEntry(entry, listed));
      return faults;
    });
  }

  private async declareEntry(entry: DeclaredEntry, listed: ReadonlyMap<string, DeclaredEntry>): Promise<string[]> {
    const { claim, by, promised, pin } = entry;
    const { view, name } = this;
    // A claim of this resource that moves to another address. One commit changes all of its keys.
    const isLeaving = (one: Holder) => {
      const own = listed.get(one.claim ?? "");
      const isOwn = one.by === "entry" || (one.by === "lock" && isOfStack(one.lock.marks, by));
      return isOwn && own?.promised && !sameAddress(own.pin, pin) && !view.liveness.has(own.claim);
    };
    const shown = view.declarations.ipClaim(claim) && view.promiseOf(claim);
    const faults = declareClaim(view, { ...entry, entries: true });
    if (shown && !sameAddress(shown, pin)) faults.push(wording.entryMissed(view.words, name, claim, pin, shown));
    const other = view.othersAt(pin, claim).find((one) => !isLeaving(one));
    const isListedTwice = other?.by === "plan" && listed.has(other.claim);
    if (other && !isListedTwice) faults.push(heldFault(view, by, pin, other));
    if (promised && !sameAddress(promised, pin) && (await this.session.hasClaim(claim, "IPClaim"))) {
      faults.push(wording.addressInUse(name, claim, promised, pin));
    }
    view.promise(claim, pin, by, "found");
    return faults;
  }

  /**
   * Called by check. Notes that the program has the resource, and warns of claims that it gave up in an earlier run and
   * still holds.
   */
  leftoverWarnings(by: Declarer): string[] {
    const { view } = this;
    const { environment } = this.session;
    view.declarations.note(by);
    const own = leftoversOf(view, by, environment.run).filter(({ marks }) => marks.resource === by.resource);
    const [first] = own;
    if (!first) return [];
    const texts = own.map(({ address, claimName }) => `${formatAddress(address)} (${claimText(view.name, claimName)})`);
    return [wording.leftover(environment.words, view.name, texts, first.releasing.since, environment.tellsEnd)];
  }

  /** Warns if two pools of one namespace use one claim name: `a-b` + `c` and `a` + `b-c` would be the same IPClaim. */
  private claimNameWarnings(claim: string): string[] {
    const first = this.known.firstPoolOf(claim, this.name);
    return first === this.name.name ? [] : [wording.ambiguousClaim(this.name, claim, first)];
  }

  /**
   * Called by create and update. Changes the store from what the owner holds to what it wants. Returns claim → address for
   * all of `wanted`. Otherwise it throws an IpamError that names every claim that did not get an address, and undoes what it
   * wrote. Waits while the pool is missing or paused. A claim that is not `firm` may get another address than it asked for,
   * with a warning.
   */
  reconcile(request: Omit<ReconcileRequest, "session">): Promise<Map<string, Address>> {
    this.noteKind(request.owner, request.wanted.keys());
    return reconcile({ ...request, session: this.session });
  }

  /**
   * A warning for each of these claims that is alive by this process's list. Such a claim keeps the address that its owner
   * gives up.
   */
  leavingWarnings(leaving: Iterable<readonly [string, Address | undefined]>): string[] {
    return [...leaving].flatMap(([claim, address]) => {
      const claimKind = this.view.liveness.kindOf(claim);
      if (!address || !claimKind || this.view.declarations.has(claim)) return [];
      return [wording.leavesAlive(this.name, claim, address, claimKind)];
    });
  }

  /**
   * Called by delete. Releases what carries the owner's token, and nothing that another owner has taken over. A live claim
   * keeps its address, and a warning says so.
   */
  async release(owner: Owner, held: ReadonlyMap<string, Address>, entries: boolean): Promise<void> {
    this.noteKind(owner, held.keys());
    // An IPClaim is removed before its lock, so it needs no warning.
    for (const text of entries ? this.leavingWarnings(held) : []) await this.session.environment.warn?.(text);
    const request = { session: this.session, owner, held, wanted: new Map(), entries };
    await release(request, leavingOf(request));
  }

  /** The token on the claim's lock, if the lock is this stack's. */
  tokenOf(claim: string, by: Origin): string | undefined {
    return this.lockOf(by, claim)?.marks.token;
  }

  private lockOf(by: Origin, claim: string): Lock | undefined {
    return this.view.locksOf(claim).find(({ marks }) => isOfStack(marks, by));
  }

  /** The addresses that this token holds now: claim → address. For a claim without a lock of this token, state decides. */
  held(token: string, stated: ReadonlyMap<string, Address | undefined>): Map<string, Address> {
    return heldAddresses(this.view, token, stated);
  }

  /**
   * Called by diff. True if an update is needed because this token has lost a claim to another owner of its stack. True too
   * if it holds a claim that state does not have, or has given one up. Throws `held` if another stack has taken a claim that
   * the program still declares.
   */
  isOwnershipLost(by: TokenHolder, claims: ReadonlySet<string>): boolean {
    learnStates(this.view, by, claims);
    const own = this.view.locks.ofToken(String(by.token ?? NO_TOKEN));
    const kept = own.filter(({ marks }) => marks.releasing === undefined);
    const orphaned = orphanedLocks(kept, claims);
    return isTakenOver(this.view, by, claims) || orphaned.size > 0 || this.hasGivenUp(by.token, claims);
  }

  /**
   * Called by diff. True if this token gave up a lock in an earlier run. The lock is now to be released, or to be taken back
   * if the program has the claim again. `claims`: those that state knows.
   */
  hasGivenUp(token: unknown, claims: ReadonlySet<string>): boolean {
    return this.view.locks.givenUp().some(({ claimName = "", marks }) => {
      if (marks.token !== token) return false;
      return claims.has(claimName) ? this.view.declarations.has(claimName) : !this.isReleasedLater(marks);
    });
  }

  /** Whether the lock is released later: at the end of this run, or by later updates if the door does not report the end. */
  private isReleasedLater(marks: Marks): boolean {
    const { run, tellsEnd } = this.session.environment;
    return !tellsEnd || releasingOf(marks)?.run === run;
  }

  /** True if no lock and no entry gives the claim this address any more. */
  isUnheld(claim: string, address: Address): boolean {
    return isUnheld(this.view, claim, address);
  }

  /** Called by check and read. Finds the differences between the backend and what was last set for the claim. */
  drift(claim: string, lastSet: LastSet, hasEntry: boolean): Drift[] {
    this.noteKind(lastSet, [claim]);
    return claimDrift(this.view, claim, this.promiseNow(claim, lastSet), hasEntry);
  }

  /** The address that create got for a claim of this program, while the inputs in state do not have it yet. */
  wonBy(by: Origin, claim: string): Address | undefined {
    return this.lockOf(by, claim)?.address;
  }

  /** Called by IPClaims. Finds the address that this stack's IPPool pre-allocates to the claim. */
  poolsEntry(claim: string, by: Origin): Address | undefined {
    return poolsEntry(this.view, claim, by);
  }

  /** The values that were last set, or the address that create got instead. */
  promiseNow(claim: string, lastSet: LastSet): LastSet {
    const instead = wonInstead(this.view, claim, lastSet.address);
    return instead ? { address: instead, claimKind: lastSet.claimKind, byHand: lastSet.byHand } : lastSet;
  }

  /** Called by checks, refreshes and functions. Finds the claim of that name, as old as this process's list. */
  claim(name: string, kind: ClaimKind = "IPClaim"): Promise<Stored | undefined> {
    return this.session.claim(name, kind);
  }

  /** Called by functions. Reads the pool again. Returns the names of the claims of this kind that its namespace has now. */
  async claimsNow(kind: ClaimKind): Promise<ReadonlySet<string>> {
    const claims = await this.session.store.list(CLAIM_KINDS[kind], this.name.namespace);
    await this.session.freshPool();
    return new Set(claims.map(({ metadata }) => metadata.name));
  }

  /** Called by checks. False if the cluster has no IPAddressClaims. */
  async hasIPAddressClaims(): Promise<boolean> {
    return (await this.session.capiKind()) !== undefined;
  }

  /**
   * Called by functions. Reads the pool again if another process of the run has left a note, because it may have written
   * after this process read.
   */
  async readOthersWrites(): Promise<void> {
    if ((await this.known.hear(this.view)) === 0) return;
    await this.session.freshHolders();
    await this.session.freshPool();
  }

  /** Called by imports. Looks in the store again for what an old list does not have. */
  async lookAgain<T>(look: () => T | undefined): Promise<T | undefined> {
    const known = look();
    if (known !== undefined) return known;
    await this.session.refresh();
    await this.session.freshPool();
    return look();
  }
}
