/** The one door to promises: views, one per pool and process, and what they are made from. */

import { isPausedCluster } from "../api/capi/cluster";
import { CAPI_IP_ADDRESS, CLUSTER, IP_ADDRESS, IP_CLAIM, IP_POOL, type Kind, NAMESPACE } from "../api/kinds";
import type { ObjectKey } from "../api/meta";
import { isOfMetal3Pool, mayBeOfPool } from "../api/metal3/ip-address";
import { addressNameIn } from "../api/metal3/ip-claim";
import { type IPPool, PAUSED_ANNOTATION, readIPPool } from "../api/metal3/ip-pool";
import type { AddressRange } from "../core/range";
import type { Store, Stored } from "../store/store";
import { ClaimWatch } from "./claim-watch";
import { during, type Environment, type Operation, POLL_MS, pause } from "./environment";
import { IpamError, readable } from "./errors";
import { inParallel } from "./in-parallel";
import { Entries, EntryCommit } from "./metal3/entries";
import { readCapiObject, readMetal3Object } from "./metal3/lock";
import { usesPool } from "./metal3/uses-pool";
import { Lists } from "./pool/lists";
import type { PlannedPool } from "./pool/planned-pool";
import { PoolView } from "./pool/pool-view";
import type { PoolName } from "./pool-name";
import { SharedReading } from "./shared-reading";
import { wording } from "./wording";

/** A pool as its neighbours see it. */
export interface NeighbourPool extends PlannedPool, PoolName {
  /** Only known of pools of this program: Metal3 has no place for them. */
  readonly dhcpRanges?: readonly AddressRange[];
}

/** What all operations of a process have in common. */
class Shared {
  readonly lists: Lists;
  readonly views = new Map<string, Promise<PoolView>>();
  readonly claimPools = new Map<string, string>();
  readonly commits = new Map<string, EntryCommit>();
  readonly readings = new Map<PoolView, SharedReading<IPPool | undefined>>();
  readonly plans = new Map<string, NeighbourPool>();
  readonly claims: ClaimWatch;

  constructor(store: Store, now: () => number) {
    this.lists = new Lists(store, now);
    this.claims = new ClaimWatch(store);
  }
}

export class Ipam {
  constructor(
    readonly store: Store,
    readonly environment: Environment,
    private readonly shared = new Shared(store, () => environment.now()),
  ) {}

  /** The same promises, for one operation: with its patience, and telling whoever looks on at it. */
  during(operation: Operation | undefined): Ipam {
    return new Ipam(this.store, during(this.environment, operation), this.shared);
  }

  view(name: PoolName): Promise<PoolView> {
    const key = `${name.namespace}/${name.name}`;
    const known = this.shared.views.get(key);
    if (known) return known;
    const opening = this.open(name);
    this.shared.views.set(key, opening);
    opening.catch(() => this.shared.views.delete(key));
    return opening;
  }

  /** What an IPPool of this program will be; a proposal made after this sees it. */
  async plan(name: PoolName, planned: PlannedPool, dhcpRanges: readonly AddressRange[]): Promise<PoolView> {
    this.shared.plans.set(`${name.namespace}/${name.name}`, { ...name, ...planned, dhcpRanges });
    const view = await this.view(name);
    view.notePlan(planned);
    return view;
  }

  /** Every pool of a namespace, as this run leaves it; what others stored beside it is read as it is. */
  async pools(namespace: string): Promise<NeighbourPool[]> {
    const live = (await this.shared.lists.list(IP_POOL, namespace)).map((stored) => readPool(stored));
    const planned = [...this.shared.plans.values()].filter((plan) => plan.namespace === namespace);
    const names = new Set(planned.map((plan) => plan.name));
    return [...planned, ...live.filter((pool) => !names.has(pool.name))];
  }

  /**
   * The pools of other namespaces, for a warning: whoever may not list them, or cannot read one of them, is not kept
   * from working in their own.
   */
  async foreignPools(namespace: string): Promise<NeighbourPool[]> {
    const all = await this.shared.lists.list(IP_POOL, undefined).catch(() => []);
    return all.flatMap((stored) => {
      const read = readIPPool(stored);
      return read.ok && read.value.namespace !== namespace ? [read.value] : [];
    });
  }

  /** The pool's entries: written together with those of other operations, waited for with this operation's patience. */
  entries(view: PoolView): Entries {
    return new Entries(this.entryCommit(view), () => this.writablePool(view));
  }

  private entryCommit(view: PoolView): EntryCommit {
    const key = `${view.name.namespace}/${view.name.name}`;
    const known = this.shared.commits.get(key);
    if (known) return known;
    const commit = new EntryCommit({
      store: this.store,
      environment: this.environment,
      writablePool: async () => {
        const pool = await this.freshPool(view);
        return pool && !pool.deleting && (await this.pausedBy(pool)) === undefined ? pool : undefined;
      },
      written: (stored) => view.notePool(readPool(stored)),
    });
    this.shared.commits.set(key, commit);
    return commit;
  }

  /** Whether a claim of the pool lives, by this process's list: for checks, which do not write. */
  async hasClaim(view: PoolView, claim: string): Promise<boolean> {
    const found = await this.claim(view.name.namespace, claim);
    return found !== undefined && usesPool(found, view);
  }

  async claim(namespace: string, name: string): Promise<Stored | undefined> {
    return (await this.shared.lists.list(IP_CLAIM, namespace)).find((stored) => stored.metadata.name === name);
  }

  /** The claim, as soon as `done` says so, or as it is when the controller has had its time. Throws `cancelled`. */
  untilClaim(key: ObjectKey, done: (claim: Stored | undefined) => boolean, what: string): Promise<Stored | undefined> {
    return this.shared.claims.until(this.environment, key, done, what);
  }

  /** Claim names are one namespace's: `a-b` + `c` and `a` + `b-c` would be the same IPClaim. */
  claimNameWarnings(pool: PoolName, claim: string): string[] {
    const key = `${pool.namespace}/${claim}`;
    const other = this.shared.claimPools.get(key) ?? pool.name;
    this.shared.claimPools.set(key, other);
    return other === pool.name ? [] : [wording.ambiguousClaim(pool, claim, other)];
  }

  /** The pool as it stands in the store now. */
  freshPool(view: PoolView): Promise<IPPool | undefined> {
    const known = this.shared.readings.get(view);
    const reading = known ?? new SharedReading(() => this.readFresh(view));
    this.shared.readings.set(view, reading);
    return reading.now();
  }

  private async readFresh(view: PoolView): Promise<IPPool | undefined> {
    const stored = await this.store.get(IP_POOL, view.name);
    // A pool of a thousand entries is parsed once for each of its versions, not for each look.
    if (!stored || !isSameVersion(stored, view.pool)) view.notePool(stored && readPool(stored));
    return view.pool;
  }

  /** Waits for a pool that can be written. Throws poolMissing, paused, poolBusy. */
  async writablePool(view: PoolView): Promise<IPPool> {
    const started = this.environment.now();
    for (;;) {
      const pool = await this.freshPool(view);
      const paused = pool && (await this.pausedBy(pool));
      if (pool && !pool.deleting && paused === undefined) return pool;
      const waitedMs = this.environment.now() - started;
      if (waitedMs >= this.environment.waitMs) {
        if (paused !== undefined) throw new IpamError("paused", wording.paused(paused, waitedMs));
        if (pool) throw new IpamError("poolBusy", wording.poolDeleting(view.name));
        throw new IpamError("poolMissing", wording.poolMissing(this.environment.words, view.name, waitedMs));
      }
      await pause(this.environment, POLL_MS, waitingFor(view.name, pool, paused));
    }
  }

  /** What keeps everybody from writing to a pool, Metal3's controller included; undefined: nothing does. */
  async pausedBy(pool: IPPool): Promise<string | undefined> {
    const { namespace, name, clusterName } = pool;
    if (pool.paused) return `IPPool ${namespace}/${name} is paused (${PAUSED_ANNOTATION})`;
    const cluster = clusterName === undefined ? undefined : await this.cluster(namespace, clusterName);
    return cluster && isPausedCluster(cluster)
      ? `Cluster ${namespace}/${clusterName} is paused (spec.paused)`
      : undefined;
  }

  /** What a pool that is not there yet will miss in its surroundings: told before an update finds out. */
  async surroundingWarnings({ namespace }: PoolName, clusterName: string | undefined): Promise<string[]> {
    const { apiServer } = this.store;
    if (!apiServer) return [];
    // Whoever may not look is not warned.
    const isThere = (look: Promise<Stored | undefined>) => look.then(Boolean, () => true);
    if (!(await isThere(this.store.get(NAMESPACE, { name: namespace }))))
      return [wording.namespaceMissing(this.environment.words, namespace)];
    const hasCluster = clusterName === undefined || (await isThere(this.cluster(namespace, clusterName)));
    return hasCluster ? [] : [wording.clusterMissing(namespace, clusterName)];
  }

  private async cluster(namespace: string, name: string): Promise<Stored | undefined> {
    const kind = await this.store.apiServer?.served(CLUSTER);
    return kind && this.store.get(kind, { namespace, name });
  }

  /** Waits while the pool is paused: nothing is written meanwhile. A pool that is gone pauses nobody. */
  async unpausedPool(view: PoolView): Promise<IPPool | undefined> {
    const pool = await this.freshPool(view);
    return pool && (await this.pausedBy(pool)) !== undefined ? this.writablePool(view) : pool;
  }

  /**
   * The kind of a lock's mirror; undefined where a lock is one object: CAPI's IPAddress is not installed, or there is no
   * controller that would serve an IPAddressClaim.
   */
  async mirrorKind(): Promise<Kind | undefined> {
    return this.store.apiServer?.served(CAPI_IP_ADDRESS);
  }

  /** Reads the locks of a pool again: for those who must not act on an old list. */
  async refresh(view: PoolView): Promise<void> {
    this.shared.lists.forget();
    await this.readHolders(view);
  }

  private async open(name: PoolName): Promise<PoolView> {
    const view = new PoolView(name, this.environment.previews, this.environment.words);
    const stored = (await this.shared.lists.list(IP_POOL, name.namespace)).find(
      (pool) => pool.metadata.name === name.name,
    );
    view.notePool(stored && readPool(stored));
    await this.readHolders(view);
    // Whoever may not look at Clusters is told by the update, which has to know.
    view.pausedBy = view.pool && (await this.pausedBy(view.pool).catch(() => undefined));
    return view;
  }

  private async readHolders(view: PoolView): Promise<void> {
    const { namespace, name } = view.name;
    const before = view.allObjects();
    const mirrorKind = await this.mirrorKind();
    view.hasMirrors = mirrorKind !== undefined;
    // A folder may hold what CAPI's users have put there.
    const capiKind = this.store.apiServer ? mirrorKind : CAPI_IP_ADDRESS;
    const [metal3, capi] = await Promise.all([
      this.shared.lists.list(IP_ADDRESS, namespace),
      capiKind ? this.shared.lists.list(capiKind, namespace) : [],
    ]);
    // An object of another pool, however it reads, is no concern of this one.
    const ours = [
      ...metal3.filter((stored) => mayBeOfPool(stored, name)).map(readMetal3Object),
      ...capi.filter(isOfMetal3Pool).map(readCapiObject),
    ];
    view.noteList(
      ours.filter((half) => half.poolName === name),
      before,
    );
    await this.noteAlive(view);
  }

  /** Costs a list of claims only where a lock is elsewhere than its claim's entry, or gone. */
  private async noteAlive(view: PoolView): Promise<void> {
    const strayed = view.claimsElsewhere();
    if (strayed.size === 0) return view.noteAlive(new Map());
    const claims = (await this.shared.lists.list(IP_CLAIM, view.name.namespace)).filter(
      (stored) => strayed.has(stored.metadata.name) && usesPool(stored, view),
    );
    view.noteAlive(new Map(claims.map((stored) => [stored.metadata.name, addressNameIn(stored)])));
    // A life that has just begun: its address was made after the list of addresses.
    await inParallel(view.missing(), async (name) => {
      const made = await this.store.get(IP_ADDRESS, { namespace: view.name.namespace, name });
      if (made && mayBeOfPool(made, view.name.name)) view.noteObject(readMetal3Object(made));
    });
  }
}

function waitingFor(name: PoolName, pool: IPPool | undefined, paused: string | undefined): string {
  if (paused !== undefined) return wording.waitsForPause(paused);
  return pool ? wording.waitsForDeletion(name) : wording.waitsForPool(name);
}

/** Throws `malformed`: nothing is promised from a pool that cannot be read. */
export function readPool(stored: Stored): IPPool {
  return readable(stored, readIPPool(stored));
}

function isSameVersion({ metadata }: Stored, known: IPPool | undefined): boolean {
  const { uid, resourceVersion } = known?.object.metadata ?? {};
  return metadata.uid === uid && metadata.resourceVersion === resourceVersion;
}
