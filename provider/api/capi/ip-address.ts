/** CAPI's IPAddress: cluster-api, `api/ipam/v1beta2/ipaddress_types.go`. */
import { z } from "zod";
import { formatAddress } from "../../core/address";
import { addressText } from "../address-text";
import { type Read, readWith } from "../fault";
import { locatedManifest, type Manifest, mayBeEmpty, type StoredManifest, withoutNullsInSpec } from "../meta";
import type { IPAddress } from "../metal3/ip-address";
import { type NetworkText, networkText } from "../metal3/ip-pool";
import { IP_POOL } from "../metal3/kinds";

const reference = z.object({ name: z.string() });

/** Only the address and its holder are read. Its gateway and prefix are not used here. A store has read the metadata already. */
const capiIPAddress = z.object({
  spec: z.object({ address: addressText, poolRef: reference, claimRef: reference.optional() }),
});

export function readCapiIPAddress(manifest: StoredManifest): Read<IPAddress> {
  const read = readWith(capiIPAddress, withoutNullsInSpec(manifest));
  if (!read.ok) return read;
  const { spec } = read.value;
  return {
    ok: true,
    value: {
      ...locatedManifest(manifest),
      address: spec.address,
      network: {},
      poolName: spec.poolRef.name,
      claimName: spec.claimRef?.name,
    },
  };
}

/** An address as a claim gets it. */
export interface GivenAddress extends Pick<NetworkText, "prefix" | "gateway"> {
  readonly address: string;
}

const givenAddress = z.object({
  spec: z.object({
    address: addressText,
    prefix: z.int().optional(),
    gateway: mayBeEmpty(addressText),
    claimRef: reference,
  }),
});

/** The address with its network, in canonical form, and the name of its claim. */
export function readGivenAddress(manifest: StoredManifest): Read<{ given: GivenAddress; claimName: string }> {
  const read = readWith(givenAddress, withoutNullsInSpec(manifest));
  if (!read.ok) return read;
  const { address, prefix: prefixLength, gateway, claimRef } = read.value.spec;
  const given = { address: formatAddress(address), ...networkText({ prefixLength, gateway }) };
  return { ok: true, value: { given, claimName: claimRef.name } };
}

/** False if the object's pool belongs to another provider: an InClusterIPPool may have the same name. */
export function isOfMetal3Pool(object: Manifest): boolean {
  const { spec } = object as { spec?: { poolRef?: { apiGroup?: unknown } } };
  return (spec?.poolRef?.apiGroup ?? IP_POOL.group) === IP_POOL.group;
}
