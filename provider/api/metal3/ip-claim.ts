/** Metal3's IPClaim: ip-address-manager, `api/v1alpha1/ipclaim_types.go`. */
import { z } from "zod";
import { type Read, readWith } from "../fault";
import { locatedManifest, mayBeEmpty, objectMeta, type StoredManifest, withoutNulls } from "../meta";

/** Asks the controller for this address. The key has no prefix in Metal3 (from 1.10). */
export const REQUESTED_ADDRESS_ANNOTATION = "ipAddress";

/** CAPM3 finds the claims of its hosts by these labels (cluster-api-provider-metal3, `baremetal/metal3data_manager.go`). */
export const HOST_CLAIM_LABELS: readonly string[] = [
  "infrastructure.cluster.x-k8s.io/data-name",
  "infrastructure.cluster.x-k8s.io/pool-name",
];

/**
 * Whether CAPM3 has created the claim without `--enable-bmh-name-based-preallocation`. Then the claim has the name of its
 * Metal3Data. With the flag, CAPM3 adds these labels.
 */
export function isNamedAfterData({ metadata }: StoredManifest): boolean {
  const isOfData = metadata.ownerReferences?.some(({ kind }) => kind === "Metal3Data") ?? false;
  return isOfData && !HOST_CLAIM_LABELS.some((label) => metadata.labels?.[label] !== undefined);
}

const ipClaim = z.looseObject({
  metadata: objectMeta,
  spec: z.looseObject({ pool: z.looseObject({ name: z.string() }) }),
  status: z
    .looseObject({ address: z.looseObject({ name: z.string() }).optional(), errorMessage: mayBeEmpty(z.string()) })
    .optional(),
});

/** An IPClaim read once. */
export interface IPClaim {
  readonly manifest: StoredManifest;
  readonly namespace: string;
  readonly name: string;
  readonly poolName: string;
  readonly requestedAddress: string | undefined;
  /** Set by the controller when it has served the claim. */
  readonly addressName: string | undefined;
  /** Set by the controller. It is final: the controller does not try again after a release, a larger pool or a new entry. */
  readonly errorMessage: string | undefined;
}

/** The name of the address object that the claim got. Also undefined for a claim that cannot be read, although it may be live. */
export function addressNameIn(object: StoredManifest): string | undefined {
  const read = readIPClaim(object);
  return read.ok ? read.value.addressName : undefined;
}

/** True if the controller has served or refused the claim. */
export function isAnswered(object: StoredManifest): boolean {
  const read = readIPClaim(object);
  return read.ok && (read.value.addressName !== undefined || read.value.errorMessage !== undefined);
}

export function readIPClaim(object: StoredManifest): Read<IPClaim> {
  const read = readWith(ipClaim, withoutNulls(object));
  if (!read.ok) return read;
  const { metadata, spec, status } = read.value;
  return {
    ok: true,
    value: {
      ...locatedManifest(object),
      poolName: spec.pool.name,
      requestedAddress: metadata.annotations?.[REQUESTED_ADDRESS_ANNOTATION] || undefined,
      addressName: status?.address?.name,
      errorMessage: status?.errorMessage,
    },
  };
}
