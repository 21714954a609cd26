/** A pool of eight addresses as a process knows it. The test sets its locks and entries. */
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { type Address, formatAddress } from "../../provider/core/address";
import { ClaimWatch } from "../../provider/ipam/claim-watch";
import { readMetal3Object } from "../../provider/ipam/metal3/lock";
import { metal3Object } from "../../provider/ipam/metal3/lock-object";
import type { Marks } from "../../provider/ipam/metal3/marks";
import type { Owner } from "../../provider/ipam/metal3/owner";
import { KnownPools, readPool } from "../../provider/ipam/pool/known-pools";
import { PoolView } from "../../provider/ipam/pool/pool-view";
import { noPreviewMemory } from "../../provider/ipam/pool/preview-memory";
import { PoolSession, SharedPool } from "../../provider/ipam/session";
import { pulumiWords } from "../../provider/pulumi/vocabulary";
import { openMemoryStore } from "../../provider/store/memory-store";
import { address } from "../core/written";
import { testEnvironment } from "../resources/program";

export const SIZE = 8;
const NAME = { namespace: "metal3", name: "net" };

/** `at(SIZE)` and above are not in the pool. */
export const at = (index: number): Address => address(`10.0.0.${10 + index}`);
export const indexOf = (one: Address): number => Number(one.value - at(0).value);

export interface WrittenLock {
  readonly claim: string;
  readonly at: number;
  /** undefined: without marks. */
  readonly marks: Pick<Marks, "token" | "stack" | "resource"> | undefined;
  /** The controller has created it for a live claim. */
  readonly isControllers?: boolean;
}

export const OWNER: Owner = {
  kind: "PreAllocationSet",
  stack: "metal/dev",
  resource: "rack",
  token: "mine",
  adopt: false,
};
export const OWN_MARKS = { token: OWNER.token, stack: OWNER.stack, resource: OWNER.resource };
export const OTHERS_MARKS = { token: "theirs", stack: "metal/other", resource: "other" };

/** At most one lock for each address, because it is the name of an object. */
export function viewOf(locks: readonly WrittenLock[], entries: ReadonlyMap<string, number>): PoolView {
  const preAllocations = Object.fromEntries([...entries].map(([claim, index]) => [claim, formatAddress(at(index))]));
  const spec = {
    pools: [{ start: "10.0.0.10", end: `10.0.0.${9 + SIZE}` }],
    prefix: 24,
    namePrefix: "net",
    preAllocations,
  };
  const metadata = { ...NAME, uid: "uid-pool", resourceVersion: "1" };
  const pool = readPool({ apiVersion: "ipam.metal3.io/v1alpha1", kind: IP_POOL.kind, metadata, spec });
  const view = new PoolView(NAME, noPreviewMemory, pulumiWords);
  view.notePool(pool);
  for (const { claim, at: index, marks, isControllers } of locks) {
    const object = metal3Object({ pool, claim, claimKind: "IPClaim", address: at(index) }, marks ?? {});
    const owner = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPClaim", name: claim, uid: `uid-${claim}` };
    const ownerReferences = isControllers ? [owner] : object.metadata.ownerReferences;
    const stored = { uid: `uid-${index}`, resourceVersion: "1", ownerReferences };
    view.objects.note(readMetal3Object({ ...object, metadata: { ...object.metadata, ...stored } }));
  }
  return view;
}

/** One operation on that pool. It never calls its store. */
export function sessionOf(view: PoolView): PoolSession {
  const [store, environment] = [openMemoryStore(), testEnvironment()];
  const known = new KnownPools(store, environment);
  return new PoolSession(new SharedPool(store, environment, known, new ClaimWatch(store), view), environment);
}
