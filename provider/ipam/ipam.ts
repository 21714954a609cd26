/**
 * The façade of `ipam` for resources and functions: pools and their addresses. It plans with `plan/`, carries plans out with
 * `reconcile/`, and does not know Pulumi.
 */
import type { ClaimKind } from "../api/claim";
import { type Kind, NAMESPACE } from "../api/kinds";
import type { ObjectKey, OwnerReference } from "../api/meta";
import type { Store, Stored } from "../store/store";
import { AddressClaims } from "./address-claims";
import { ClaimWatch } from "./claim-watch";
import { during, type Environment, type Operation } from "./environment";
import { inParallel } from "./in-parallel";
import { ManagedPool } from "./managed-pool";
import { ObjectOwners } from "./object-owners";
import { KnownPools } from "./pool/known-pools";
import { type Placement, placementOf } from "./pool/misplaced";
import { type PoolNote, toldPlan } from "./pool/other-processes";
import { type NeighbourPool, poolKey } from "./pool/planned-pool";
import type { PoolName } from "./pool-name";
import { endRun } from "./reconcile/give-up";
import { PoolSession, SharedPool } from "./session";
import { wording } from "./wording";

/** All pools of one backend, as one process of one stack sees them. */
export class Ipam {
  private readonly known: KnownPools;
  private readonly claims: ClaimWatch;
  private readonly owners: ObjectOwners;
  private readonly shared = new Map<string, SharedPool>();

  constructor(
    readonly store: Store,
    readonly environment: Environment,
  ) {
    this.known = new KnownPools(store, environment);
    this.claims = new ClaimWatch(store);
    this.owners = new ObjectOwners(store);
  }

  /**
   * Opens a pool, which need not exist. `operation`: the timeout and the progress of a create, update or delete. Absent for
   * checks, diffs and reads. Its knowledge is as old as the first list of the process. `claimKind`: the kind of claims that
   * the caller's addresses are for.
   */
  async pool(name: PoolName, operation?: Operation, claimKind: ClaimKind = "IPClaim"): Promise<ManagedPool> {
    const view = await this.known.view(name);
    if (claimKind === "IPAddressClaim") await this.known.expectIPAddressClaims(view);
    await this.known.hear(view);
    const key = poolKey(name);
    const known = this.shared.get(key);
    const shared = known ?? new SharedPool(this.store, this.environment, this.known, this.claims, view);
    this.shared.set(key, shared);
    return new ManagedPool(new PoolSession(shared, during(this.environment, operation)), this.known);
  }

  /** The IPAddressClaims of all pools. `operation`: as for a pool. */
  addressClaims(operation?: Operation): AddressClaims {
    const pool = (name: PoolName) => this.pool(name, operation);
    const around = { store: this.store, known: this.known, watch: this.claims, pool };
    return new AddressClaims(around, during(this.environment, operation));
  }

  /**
   * Called by checks. True if the owner of an object in this namespace is gone, so that the garbage collector would delete
   * the object. False without the right to look.
   */
  isOwnerGone(namespace: string, owner: OwnerReference): Promise<boolean> {
    return this.owners.isGone(namespace, owner);
  }

  /**
   * Called by the check of an IPPool. Notes what the pool will be. `plan` is undefined if that is not known before the
   * update. Later proposals see it, earlier ones do not.
   */
  async plan(name: PoolName, by: PoolNote["by"], plan: Omit<NeighbourPool, keyof PoolName> | undefined) {
    const pool = await this.pool(name);
    const { view } = pool;
    view.declarations.isPoolDeclared = true;
    if (plan) await this.known.plan(view, { ...name, ...plan });
    this.known.tell({ pool: name, by, claims: [], plan: plan ? toldPlan(plan) : "unknown" });
    await this.known.hear(view);
    return pool;
  }

  /** Every pool of a namespace, as this run will leave it. Throws `malformed`. */
  neighbours(namespace: string): Promise<NeighbourPool[]> {
    return this.known.pools(namespace);
  }

  /**
   * Called when a run has ended well. Releases what its updates have given up. A claim that cannot be released within
   * `patienceMs` stays marked, and the next run shows it.
   */
  async endRun(patienceMs: number): Promise<void> {
    const { environment } = this;
    const deadline = environment.now() + patienceMs;
    const changed = [...this.shared.values()].filter(({ givenUp }) => givenUp.all().length > 0);
    await inParallel(changed, async (shared) => {
      await this.known.hear(shared.view);
      await endRun(new PoolSession(shared, environment), deadline);
    });
  }

  /** Called by checks. Tells whether an object can be written in its present file. */
  placement(kind: Kind, key: ObjectKey): Promise<Placement> {
    return placementOf(this.store, kind, key);
  }

  /** The pools of other namespaces, for a warning. Empty without the right to list them. */
  foreignPools(namespace: string): Promise<NeighbourPool[]> {
    return this.known.foreignPools(namespace);
  }

  /**
   * Warns if a new pool's namespace or Cluster is missing. There is no warning without the right to look. `isSaid`: the
   * program names the namespace, so it may also create the namespace before the pool.
   */
  async surroundingWarnings(
    { namespace }: PoolName,
    clusterName: string | undefined,
    isSaid: boolean,
  ): Promise<string[]> {
    if (!this.store.apiServer) return [];
    const isThere = (look: Promise<Stored | undefined>) => look.then(Boolean, () => true);
    if (!(await isThere(this.store.get(NAMESPACE, { name: namespace }))))
      return isSaid ? [] : [wording.namespaceMissing(this.environment.words, namespace)];
    const hasCluster = clusterName === undefined || (await isThere(this.known.cluster(namespace, clusterName)));
    return hasCluster ? [] : [wording.clusterMissing(namespace, clusterName)];
  }
}

// Types and a few pure functions that resources share with `ipam`.
export type { PropertyPath } from "../api/property-path";
export { type DeclaredEntry, ManagedPool, type Proposal } from "./managed-pool";
export { isControllerMade, type Lock } from "./metal3/lock";
export {
  isMark,
  isOfStack,
  type Marks,
  marksOf,
  newMarkAnnotations,
  type Origin,
  ownerText,
} from "./metal3/marks";
export { type Declarer, declarerText, isHeldBy, labelOf, marksBy, NO_TOKEN, type Owner } from "./metal3/owner";
export { poolExists } from "./metal3/pool-owner";
export {
  ALLOW_RESERVED_ANNOTATION,
  isTerm,
  type PoolTerms,
  rangesOf,
  termAnnotations,
  termsOf,
} from "./metal3/pool-terms";
export type { AddressQuestion, ClaimFault } from "./plan/addresses";
export { isTakenOver } from "./plan/held";
export { poolsEntries } from "./plan/pools-entry";
export type { Wanted } from "./plan/request";
export { claimDrift, type Drift, differences, differs, gone, type LastSet } from "./pool/drift";
export { addressKey, type Holder, holderText, strongestFirst } from "./pool/holders";
export { readPool } from "./pool/known-pools";
export type { NeighbourPool, PlannedPool } from "./pool/planned-pool";
export type { PoolView } from "./pool/pool-view";
export type { PoolName } from "./pool-name";
export { isInherited } from "./reconcile/successors";
export { undone } from "./undone";
