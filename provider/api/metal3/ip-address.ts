/**
 * Metal3's IPAddress (ip-address-manager, `api/v1alpha1/ipaddress_types.go`) and CAPI's
 * (cluster-api, `api/ipam/v1beta2/ipaddress_types.go`). Both say that a claim holds an address of a pool.
 */
import { z } from "zod";
import type { Address } from "../../core/address";
import { formatAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import { addressText } from "../address-text";
import { type Read, readWith } from "../fault";
import { IP_POOL } from "../kinds";
import { type Manifest, objectMeta, type StoredManifest } from "../meta";
import { networkFrom } from "./ip-pool";

/** On what the controller makes; it takes it off when the claim goes. */
export const METAL3_ADDRESS_FINALIZER = "ipaddress.ipam.metal3.io";

const reference = z.looseObject({ name: z.string() });
const shared = { address: addressText, prefix: z.int().optional(), gateway: addressText.optional() };

const ipAddress = z.looseObject({
  metadata: objectMeta,
  spec: z.looseObject({
    ...shared,
    dnsServers: z.array(addressText).optional(),
    pool: reference,
    // Hand-made objects may lack a claim; they hold their address all the same.
    claim: reference.optional(),
  }),
});

/** Only who holds what: nobody here uses its gateway or prefix. */
const capiIPAddress = z.looseObject({
  metadata: objectMeta,
  spec: z.looseObject({ address: addressText, poolRef: reference, claimRef: reference.optional() }),
});

/** Either kind of IPAddress, read once. */
export interface IPAddress {
  readonly object: StoredManifest;
  readonly namespace: string;
  readonly name: string;
  readonly address: Address;
  readonly network: Network;
  readonly poolName: string;
  readonly claimName: string | undefined;
}

export function readIPAddress(object: StoredManifest): Read<IPAddress> {
  const read = readWith(ipAddress, object);
  if (!read.ok) return read;
  const { metadata, spec } = read.value;
  return {
    ok: true,
    value: { ...identity(object, metadata, spec), poolName: spec.pool.name, claimName: spec.claim?.name },
  };
}

export function readCapiIPAddress(object: StoredManifest): Read<IPAddress> {
  const read = readWith(capiIPAddress, object);
  if (!read.ok) return read;
  const { metadata, spec } = read.value;
  return {
    ok: true,
    value: { ...identity(object, metadata, spec), poolName: spec.poolRef.name, claimName: spec.claimRef?.name },
  };
}

function identity(
  object: StoredManifest,
  metadata: { name: string; namespace?: string | undefined },
  spec: {
    address: Address;
    prefix?: number | undefined;
    gateway?: Address | undefined;
    dnsServers?: Address[] | undefined;
  },
) {
  const network = networkFrom(spec);
  return { object, namespace: metadata.namespace ?? "", name: metadata.name, address: spec.address, network };
}

/** False where the object says that it belongs to another pool. */
export function mayBeOfPool(object: Manifest, poolName: string): boolean {
  const { spec } = object as { spec?: { pool?: { name?: unknown } } };
  const named = spec?.pool?.name;
  return typeof named !== "string" || named === poolName;
}

/** False where a CAPI object's pool is of another provider: an InClusterIPPool may bear the same name. */
export function isOfMetal3Pool(object: Manifest): boolean {
  const { spec } = object as { spec?: { poolRef?: { kind?: unknown; apiGroup?: unknown } } };
  const { kind = IP_POOL.kind, apiGroup = IP_POOL.group } = spec?.poolRef ?? {};
  return kind === IP_POOL.kind && apiGroup === IP_POOL.group;
}

/**
 * The object's name, which makes it the lock: `<namePrefix>-<address>` with `.` and `:` as `-`, trailing `-` trimmed
 * (ip-address-manager, `formatAddressName`). `1.2.3.4` and `1:2:3:4::` share one.
 */
export function addressObjectName(namePrefix: string, address: Address): string {
  return `${namePrefix}-${formatAddress(address).replace(/[.:]/g, "-")}`.replace(/-+$/, "");
}
