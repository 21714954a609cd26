/**
 * The façade of `ipam` for CAPI's IPAddressClaims. The provider of the pool chooses the address, so there is neither a
 * proposal nor a lock.
 *
 * A claim is unusable if it is being deleted, if Metal3's controller has refused it for ever, or if it names another pool or
 * Cluster. CAPI's webhook refuses to change a claim's spec, so such a claim is removed and created again.
 */
import { type GivenAddress, readGivenAddress } from "../api/capi/ip-address";
import {
  finalRefusal,
  type IPAddressClaim,
  isMetal3Pool,
  type PoolRef,
  readIPAddressClaim,
} from "../api/capi/ip-address-claim";
import { CAPI_IP_ADDRESS, IP_ADDRESS_CLAIM } from "../api/capi/kinds";
import { keyText, type Manifest, type ObjectKey } from "../api/meta";
import { IP_CLAIM } from "../api/metal3/kinds";
import type { MergePatch, Store, Stored } from "../store/store";
import { type ClaimAccess, removeOwn, untilGone, writeOwn } from "./claim-access";
import type { ClaimWatch } from "./claim-watch";
import { type Environment, POLL_MS, pause } from "./environment";
import { IpamError, readable } from "./errors";
import type { ManagedPool } from "./managed-pool";
import { marksOf, ownerText } from "./metal3/marks";
import { claimKindBy, declarerText, type Owner } from "./metal3/owner";
import { usesPool } from "./metal3/uses-pool";
import { lookUp } from "./object-owners";
import type { KnownPools } from "./pool/known-pools";
import type { PoolName } from "./pool-name";
import { retryOnConflict } from "./retry";
import { wording } from "./wording";

/** The address of a claim, and the object that holds it. */
export interface ClaimedAddress {
  readonly given: GivenAddress;
  readonly manifest: Stored;
}

export type AddressAnswer =
  | ({ readonly kind: "served" } & ClaimedAddress)
  /** Final: the claim stays refused until it is removed. */
  | { readonly kind: "refused"; readonly error: IpamError }
  | { readonly kind: "late"; readonly reason: string };

/** The wanted claim, and the patch for one that already exists. */
export interface WantedAddressClaim {
  readonly manifest: Manifest;
  /** Whether state has the claim. */
  readonly isKnown: boolean;
  /** The patch that makes the metadata match `manifest`. Undefined if it already does. */
  patchMetadata(found: Stored): MergePatch | undefined;
}

/** The parts of a process that IPAddressClaims share with pools. */
export interface Surroundings {
  readonly store: Store;
  readonly known: KnownPools;
  readonly watch: ClaimWatch;
  /** Opens a pool of Metal3. */
  pool(name: PoolName): Promise<ManagedPool>;
}

export class AddressClaims {
  private readonly access: ClaimAccess;

  constructor(
    private readonly around: Surroundings,
    /** The environment, with this operation's own timeouts and progress. */
    private readonly environment: Environment,
  ) {
    const { store, watch } = around;
    this.access = {
      kind: IP_ADDRESS_CLAIM,
      store,
      environment,
      until: (key, done, what) => watch.until(environment, IP_ADDRESS_CLAIM, key, done, what),
      ending: (key) => wording.waitsForEndOf(IP_ADDRESS_CLAIM.kind, key),
      stays: wording.addressClaimStays,
    };
  }

  /** The claim in this process's list, for checks, diffs and reads. Throws NotInstalled. */
  async listed({ namespace, name }: ObjectKey): Promise<Stored | undefined> {
    const claims = await this.around.known.lists.list(IP_ADDRESS_CLAIM, namespace);
    return claims.find(({ metadata }) => metadata.name === name);
  }

  /** Called by imports. Reads the claim from the store now. */
  fresh(key: ObjectKey): Promise<Stored | undefined> {
    return this.around.store.get(IP_ADDRESS_CLAIM, key);
  }

  /** The address that the claim has, by this process's list. Undefined if it has none yet. */
  async listedAddress({ namespace, name, addressName }: IPAddressClaim): Promise<ClaimedAddress | undefined> {
    if (addressName === undefined) return undefined;
    const addresses = await this.around.known.lists.list(CAPI_IP_ADDRESS, namespace);
    return addressOf(
      name,
      addresses.find(({ metadata }) => metadata.name === addressName),
    );
  }

  /**
   * Creates the claim, or changes a claim of this owner to what is wanted. Throws `exists` for another owner's claim. Waits
   * while the Cluster or Metal3's pool is paused. Does not wait for the address.
   */
  async ensure(owner: Owner, wanted: WantedAddressClaim): Promise<void> {
    const { manifest, isKnown } = wanted;
    const declared = declaredIn(manifest);
    await this.unpaused(declared);
    if (isMetal3Pool(declared.poolRef) && !(await this.fresh(declared))) await this.refuseNamesake(declared);
    await retryOnConflict(this.environment, () =>
      writeOwn(this.access, owner, {
        manifest,
        isKnown,
        isUnusable: (found) => isUnusable(readAddressClaim(found), declared),
        patch: wanted.patchMetadata,
      }),
    );
  }

  /** Called when the claim is made. Waits until it has an address, or until the operation's time is over. */
  async awaitAddress(key: ObjectKey, poolRef: PoolRef): Promise<AddressAnswer> {
    const { store } = this.around;
    const { words, controllerWaitMs } = this.environment;
    const isDone = (claim: Stored | undefined) => !claim || isAnswered(readAddressClaim(claim));
    const stored = await this.access.until(key, isDone, wording.waitsForAddress(keyText(key), poolRef));
    if (!stored) throw new IpamError("unfinished", wording.wentWhileMade(IP_ADDRESS_CLAIM.kind, keyText(key)));
    const claim = readAddressClaim(stored);
    const refusal = finalRefusal(claim);
    if (refusal !== undefined) {
      const pool = { namespace: claim.namespace, name: poolRef.name };
      const text = wording.claimRefused(words, IP_ADDRESS_CLAIM.kind, keyText(key), pool, refusal);
      return { kind: "refused", error: new IpamError("refused", text) };
    }
    const { addressName } = claim;
    if (addressName === undefined) return { kind: "late", reason: await this.whyWaiting(claim, controllerWaitMs) };
    const address = addressOf(
      claim.name,
      await store.get(CAPI_IP_ADDRESS, { namespace: claim.namespace, name: addressName }),
    );
    if (address) return { kind: "served", ...address };
    return { kind: "late", reason: wording.addressMissing(words, keyText(key), poolRef, addressName) };
  }

  /** Why the claim has no address, as far as that is known. `waitedMs`: 0 if this run has not waited. */
  async whyWaiting({ namespace, name, poolRef, ready }: IPAddressClaim, waitedMs: number): Promise<string> {
    const { words } = this.environment;
    const key = keyText({ namespace, name });
    const pool = await lookUp(this.around.store, poolRef.apiGroup, poolRef.kind, { namespace, name: poolRef.name });
    if (pool === "missing") return wording.addressClaimMissesPool(words, key, poolRef, waitedMs);
    return wording.addressClaimWaits(words, key, poolRef, ready, waitedMs);
  }

  /**
   * Removes the claim if it carries the owner's token, and waits until it is gone. Leaves a claim that another owner has
   * taken over. Waits while the Cluster or Metal3's pool is paused.
   */
  async remove(key: ObjectKey, owner: Owner): Promise<void> {
    const stored = await this.fresh(key);
    if (!stored) return;
    await this.unpaused(readAddressClaim(stored));
    const removed = await removeOwn(this.access, key, owner);
    if (typeof removed === "object") await untilGone(this.access, key, removed.uid);
  }

  /** Called by check. Notes that the program declares an IPAddressClaim of a pool of Metal3. */
  note({ view }: ManagedPool, name: string, resource: string | undefined): void {
    view.declarations.noteAddressClaim(name, { kind: "IPAddressClaim", resource });
  }

  /**
   * The IPClaim, or the reservation for one, that has the claim's name in a pool of Metal3. Metal3 has one key for both kinds.
   * Undefined if the name is free. `live`: the IPClaim of that name, if there is one.
   */
  namesakeOf({ view }: ManagedPool, name: string, live: Stored | undefined): string | undefined {
    if (live && usesPool(live, view)) return `already an IPClaim (${ownerText(marksOf(live))})`;
    const lock = view.locksOf(name).find(({ claimKind }) => claimKind === "IPClaim");
    if (lock) return `already reserved for an IPClaim (${ownerText(lock.marks)})`;
    const declarer = view.declarations.declarerOf(name);
    // An entry of the pool is for claims of both kinds.
    const isOfIPClaim = declarer !== undefined && declarer.kind !== "IPPool" && claimKindBy(declarer) === "IPClaim";
    return isOfIPClaim ? wording.declaredBy(declarerText(declarer)) : undefined;
  }

  /** Another resource may have created an IPClaim since the check. */
  private async refuseNamesake({ namespace, name, poolRef }: Declared): Promise<void> {
    const poolName = { namespace, name: poolRef.name };
    const live = await this.around.store.get(IP_CLAIM, { namespace, name });
    const is = this.namesakeOf(await this.around.pool(poolName), name, live);
    if (is !== undefined) throw new IpamError("exists", wording.addressClaimNamesake(poolName, name, is));
  }

  /** Waits while a pause of the Cluster or of Metal3's pool lasts, so that nothing is written meanwhile. Throws `paused`. */
  private async unpaused({ namespace, clusterName, poolRef }: Declared): Promise<void> {
    const { environment } = this;
    if (isMetal3Pool(poolRef)) await (await this.around.pool({ namespace, name: poolRef.name })).session.unpausedPool();
    const started = environment.now();
    for (;;) {
      const paused = await this.around.known.pausedCluster(namespace, clusterName);
      if (paused === undefined) return;
      const waitedMs = environment.now() - started;
      if (waitedMs >= environment.waitMs) throw new IpamError("paused", wording.paused(paused, waitedMs));
      await pause(environment, POLL_MS, wording.waitsForPause(paused));
    }
  }
}

/** Throws `malformed`. */
export function readAddressClaim(stored: Stored): IPAddressClaim {
  return readable(stored, readIPAddressClaim(stored));
}

type Declared = Pick<IPAddressClaim, "namespace" | "name" | "clusterName" | "poolRef">;

/** The declaration in a manifest of this provider. */
function declaredIn(manifest: Manifest): Declared {
  const { clusterName, poolRef } = manifest.spec as Pick<Declared, "clusterName" | "poolRef">;
  const { namespace = "", name } = manifest.metadata;
  return { namespace, name, clusterName, poolRef };
}

interface Spec {
  readonly clusterName?: string | undefined;
  readonly poolRef: PoolRef;
}

/** True if an update has to remove the claim first. */
export function isUnusable(claim: IPAddressClaim, wanted: Spec): boolean {
  const isEnding = claim.manifest.metadata.deletionTimestamp !== undefined;
  return isEnding || finalRefusal(claim) !== undefined || !isSameSpec(claim, wanted);
}

function isSameSpec(one: Spec, other: Spec): boolean {
  const texts = [one, other].map(({ clusterName = "", poolRef: { apiGroup, kind, name } }) =>
    [clusterName, apiGroup, kind, name].join(),
  );
  return texts[0] === texts[1];
}

/** True if the provider has served the claim, or will never do so. */
function isAnswered(claim: IPAddressClaim): boolean {
  return claim.addressName !== undefined || finalRefusal(claim) !== undefined;
}

/** Undefined if the object does not exist, or holds the address of another claim. */
function addressOf(claim: string, manifest: Stored | undefined): ClaimedAddress | undefined {
  if (!manifest) return undefined;
  const { given, claimName } = readable(manifest, readGivenAddress(manifest));
  return claimName === claim ? { given, manifest } : undefined;
}
