/**
 * The knowledge of this process about all pools: the lists it has read, the pools its program declares, and a view of each
 * pool.
 */
import { isPausedCluster } from "../../api/capi/cluster";
import { isOfMetal3Pool } from "../../api/capi/ip-address";
import { CAPI_IP_ADDRESS, CLUSTER } from "../../api/capi/kinds";
import { CLAIM_KINDS, type ClaimKind, servedName } from "../../api/claim";
import type { Kind } from "../../api/kinds";
import { isNamedAfterData } from "../../api/metal3/ip-claim";
import { type IPPool, PAUSED_ANNOTATION, readIPPool } from "../../api/metal3/ip-pool";
import { IP_ADDRESS, IP_POOL } from "../../api/metal3/kinds";
import { isStoreError, type Store, type Stored } from "../../store/store";
import type { Environment } from "../environment";
import { readable } from "../errors";
import { inParallel } from "../in-parallel";
import { mayBeObjectOf, readCapiObject, readMetal3Object } from "../metal3/lock";
import { rangesOf, termsOf } from "../metal3/pool-terms";
import { noneWithoutCrd, unservedRequests, usesPool } from "../metal3/uses-pool";
import type { PoolName } from "../pool-name";
import { HeardPools } from "./heard";
import { Lists } from "./lists";
import type { LiveClaim } from "./liveness";
import type { PoolNote } from "./other-processes";
import { type NeighbourPool, type PlannedPool, poolKey } from "./planned-pool";
import { PoolView } from "./pool-view";

export class KnownPools {
  readonly lists: Lists;
  private readonly views = new Map<string, Promise<PoolView>>();
  private readonly planned = new Map<string, NeighbourPool>();
  private readonly claimPools = new Map<string, string>();
  private readonly heard: HeardPools;

  constructor(
    private readonly store: Store,
    private readonly environment: Environment,
  ) {
    this.lists = new Lists(store, () => environment.now());
    this.heard = new HeardPools(environment.others);
  }

  /** One view for each pool and process. Throws `malformed`. */
  view(name: PoolName): Promise<PoolView> {
    const key = poolKey(name);
    const known = this.views.get(key);
    if (known) return known;
    const opening = this.open(name);
    this.views.set(key, opening);
    opening.catch(() => this.views.delete(key));
    return opening;
  }

  /** Whether the run has one process. */
  get isAlone(): boolean {
    return this.environment.others === undefined;
  }

  /** Tells the other processes of the run. */
  tell({ by: { kind, resource, stack }, ...note }: PoolNote): void {
    this.environment.others?.tell({ ...note, by: { kind, resource, stack } });
  }

  /**
   * Adds to the view the notes of other processes of the run since the last time. Returns the total number of their notes.
   */
  async hear(view: PoolView): Promise<number> {
    const heard = this.heard.read(view);
    const key = poolKey(view.name);
    const plan = this.planned.has(key) ? undefined : this.heard.planned.get(key);
    if (plan && view.offered?.pool !== plan.pool) await this.notePlan(view, plan);
    return heard;
  }

  /** Notes what an IPPool of this program will be. Later proposals and warnings see it. */
  async plan(view: PoolView, plan: NeighbourPool): Promise<void> {
    this.planned.set(poolKey(view.name), plan);
    await this.notePlan(view, plan);
  }

  private async notePlan(view: PoolView, plan: PlannedPool): Promise<void> {
    view.notePlan(plan);
    if (plan.pause === "set") view.pausedBy = this.pausedByPlan(view.name);
    if (plan.pause === "ended" && view.pool) view.pausedBy = await this.pausedByNow(view.pool, true);
  }

  /** Every pool of a namespace, as this run will leave it. Throws `malformed` for a stored pool that cannot be read. */
  async pools(namespace: string): Promise<NeighbourPool[]> {
    const live = (await this.lists.list(IP_POOL, namespace)).map((stored) => readPool(stored));
    this.heard.listen();
    const plans = [...new Map([...this.heard.planned, ...this.planned]).values()].filter(
      (plan) => plan.namespace === namespace,
    );
    const names = new Set(plans.map((plan) => plan.name));
    const others = live.filter((pool) => !names.has(pool.name));
    return [...plans, ...others.map((pool) => ({ ...pool, dhcpRanges: rangesOf(termsOf(pool.manifest).dhcpRanges) }))];
  }

  /** The pools of other namespaces, for a warning. Empty without the right to list them. Unreadable pools are left out. */
  async foreignPools(namespace: string): Promise<NeighbourPool[]> {
    const all = await this.lists.list(IP_POOL, undefined).catch(() => []);
    return all.flatMap((stored) => {
      const read = readIPPool(stored);
      return read.ok && read.value.namespace !== namespace ? [read.value] : [];
    });
  }

  /** The first pool of this run that has used the claim name: `a-b` + `c` and `a` + `b-c` would be the same IPClaim. */
  firstPoolOf(claim: string, pool: PoolName): string {
    const key = `${pool.namespace}/${claim}`;
    const first = this.claimPools.get(key) ?? pool.name;
    this.claimPools.set(key, first);
    return first;
  }

  /**
   * The text about the pause of a pool, which stops every writer, also Metal3's controller. Undefined if nothing pauses it.
   * `endsPause`: the program removes the pool's own annotation, so that one does not count.
   */
  async pausedBy(pool: IPPool, endsPause = false): Promise<string | undefined> {
    const { namespace, clusterName } = pool;
    if (pool.paused && !endsPause) return this.pausedByPlan(pool) ?? pausedText(pool, PAUSED_ANNOTATION);
    return this.pausedCluster(namespace, clusterName);
  }

  /** The text about a Cluster that is paused. Undefined without a name, without that Cluster, or if it is not paused. */
  async pausedCluster(namespace: string, clusterName: string | undefined): Promise<string | undefined> {
    const cluster = clusterName === undefined ? undefined : await this.cluster(namespace, clusterName);
    return cluster && isPausedCluster(cluster)
      ? `Cluster ${namespace}/${clusterName} is paused (spec.paused)`
      : undefined;
  }

  /** The text about a pause that the program declares itself. */
  private pausedByPlan(pool: PoolName): string | undefined {
    const key = poolKey(pool);
    const isPaused = (this.planned.get(key) ?? this.heard.planned.get(key))?.pause === "set";
    return isPaused ? pausedText(pool, `${PAUSED_ANNOTATION} in its \`annotations\``) : undefined;
  }

  async cluster(namespace: string, name: string): Promise<Stored | undefined> {
    const kind = await this.store.apiServer?.served(CLUSTER);
    return kind && this.store.get(kind, { namespace, name });
  }

  /**
   * The kind of CAPI's mirrors of locks for IPClaims. Undefined if such a lock is one object, because CAPI's IPAddress is not
   * installed or no controller would serve an IPAddressClaim.
   */
  async mirrorKind(): Promise<Kind | undefined> {
    return this.store.apiServer?.served(CAPI_IP_ADDRESS);
  }

  /** CAPI's address objects of the pool. A folder has them only for reservations of IPAddressClaims. */
  async capiKind({ objects }: PoolView): Promise<Kind | undefined> {
    if (this.store.apiServer) return this.mirrorKind();
    return objects.hasIPAddressClaims ? CAPI_IP_ADDRESS : undefined;
  }

  /** The claims of this kind by this process's list. Without the kind's CRD there is none. */
  claims(namespace: string, kind: ClaimKind): Promise<readonly Stored[]> {
    return this.lists.list(CLAIM_KINDS[kind], namespace).catch(noneWithoutCrd(kind));
  }

  /** Called for resources whose claims are IPAddressClaims. From now on the view also knows the live ones. */
  async expectIPAddressClaims(view: PoolView): Promise<void> {
    if (view.expectsIPAddressClaims) return;
    view.expectsIPAddressClaims = true;
    view.objects.hasIPAddressClaims = true;
    await this.noteClaims(view);
  }

  /** Reads the address objects of a pool again, and the live claims. */
  async readHolders(view: PoolView): Promise<void> {
    const { namespace, name } = view.name;
    const before = view.objects.all();
    const mirrorKind = await this.mirrorKind();
    view.hasMirrors = mirrorKind !== undefined;
    // A folder may hold objects of CAPI's users.
    const capiKind = this.store.apiServer ? mirrorKind : CAPI_IP_ADDRESS;
    const [metal3, capi] = await Promise.all([
      this.lists.list(IP_ADDRESS, namespace),
      capiKind ? this.lists.list(capiKind, namespace) : [],
    ]);
    // An object that names another pool is not read, so a fault in it does not matter here.
    const objects = [
      ...metal3.filter((stored) => mayBeObjectOf(stored, name)).map(readMetal3Object),
      ...capi.filter(isOfMetal3Pool).map(readCapiObject),
    ];
    view.objects.noteList(
      objects.filter((object) => object.poolName === name),
      before,
    );
    await this.noteClaims(view);
  }

  /**
   * Without the right to list claims, a check goes on unless it has to know whether a certain claim is alive. IPAddressClaims
   * matter only to a program that reserves for them.
   */
  private async claimsOf(view: PoolView, kind: ClaimKind): Promise<readonly Stored[]> {
    const listing = this.claims(view.name.namespace, kind);
    const isRelevant = kind === "IPClaim" || view.expectsIPAddressClaims;
    const all = await (isRelevant && view.liveness.suspects().size > 0
      ? listing
      : listing.catch((error) => {
          if (!isStoreError(error, "Forbidden")) throw error;
          return [];
        }));
    return all.filter((stored) => usesPool(stored, view));
  }

  private async open(name: PoolName): Promise<PoolView> {
    const view = new PoolView(name, this.environment.previews, this.environment.words);
    const listed = await this.lists.list(IP_POOL, name.namespace);
    const stored = listed.find((pool) => pool.metadata.name === name.name);
    view.notePool(stored && readPool(stored));
    await this.readHolders(view);
    view.pausedBy = view.pool && (await this.pausedByNow(view.pool));
    return view;
  }

  /** For previews, which go on without the right to read Clusters. The update needs that right, and fails without it. */
  private pausedByNow(pool: IPPool, endsPause = false): Promise<string | undefined> {
    return this.pausedBy(pool, endsPause).catch(() => undefined);
  }

  private async noteClaims(view: PoolView): Promise<void> {
    const claims = await this.claimsOf(view, "IPClaim");
    const others = view.objects.hasIPAddressClaims ? await this.claimsOf(view, "IPAddressClaim") : [];
    const lives = (found: readonly Stored[], kind: ClaimKind) =>
      found.map((stored): LiveClaim => ({ name: stored.metadata.name, kind, uses: servedName(stored) }));
    view.liveness.note([...lives(claims, "IPClaim"), ...lives(others, "IPAddressClaim")]);
    view.noteRequests(unservedRequests(view, claims));
    view.claimsOfData = claims.filter(isNamedAfterData).map(({ metadata }) => metadata.name);
    // A claim that has just become alive: its address object was created after the list was read.
    await inParallel(view.liveness.missingObjects(), async (name) => {
      const key = { namespace: view.name.namespace, name };
      const made = await this.store.get(IP_ADDRESS, key);
      if (made && mayBeObjectOf(made, view.name.name)) view.objects.note(readMetal3Object(made));
      const capi = view.objects.hasIPAddressClaims ? await this.capiKind(view) : undefined;
      const madeForCapi = capi && (await this.store.get(capi, key));
      if (madeForCapi && isOfMetal3Pool(madeForCapi)) view.objects.note(readCapiObject(madeForCapi));
    });
  }
}

/** `before`: an earlier version of the pool. Throws `malformed`, because no address is promised from an unreadable pool. */
export function readPool(stored: Stored, before?: IPPool): IPPool {
  return readable(stored, readIPPool(stored, before));
}

function pausedText({ namespace, name }: PoolName, by: string): string {
  return `IPPool ${namespace}/${name} is paused (${by})`;
}
