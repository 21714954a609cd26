/** Metal3's IPAddress: ip-address-manager, `api/v1alpha1/ipaddress_types.go`. */
import { z } from "zod";
import type { Address } from "../../core/address";
import { formatAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import { addressText } from "../address-text";
import { type Read, readWith } from "../fault";
import { locatedManifest, type Manifest, mayBeEmpty, type StoredManifest, withoutNullsInSpec } from "../meta";
import { networkFrom } from "./ip-pool";

/** The controller adds one of them to the objects that it makes, of either group, and removes it when the claim goes. */
export const METAL3_ADDRESS_FINALIZERS: readonly string[] = ["ipaddress.ipam.metal3.io", "ipam.metal3.io/ipaddress"];

const reference = z.object({ name: z.string() });

/** A store has read the metadata already. */
const ipAddress = z.object({
  spec: z.object({
    address: addressText,
    prefix: z.int().optional(),
    gateway: mayBeEmpty(addressText),
    dnsServers: z.array(addressText).optional(),
    pool: reference,
    // An object made by hand may have no claim. It holds its address nevertheless.
    claim: reference.optional(),
  }),
});

/** An IPAddress of Metal3 or CAPI, read once. */
export interface IPAddress {
  readonly manifest: StoredManifest;
  readonly namespace: string;
  readonly name: string;
  readonly address: Address;
  readonly network: Network;
  readonly poolName: string;
  readonly claimName: string | undefined;
}

export function readIPAddress(manifest: StoredManifest): Read<IPAddress> {
  const read = readWith(ipAddress, withoutNullsInSpec(manifest));
  if (!read.ok) return read;
  const { spec } = read.value;
  return {
    ok: true,
    value: {
      ...locatedManifest(manifest),
      address: spec.address,
      network: networkFrom(spec),
      poolName: spec.pool.name,
      claimName: spec.claim?.name,
    },
  };
}

/** False if the object says that it belongs to another pool. */
export function mayBeOfPool(object: Manifest, poolName: string): boolean {
  const { spec } = object as { spec?: { pool?: { name?: unknown } } };
  const named = spec?.pool?.name;
  return typeof named !== "string" || named === poolName;
}

/**
 * The object's name, which makes it the lock: `<namePrefix>-<address>` with `.` and `:` as `-`, without trailing `-`
 * (ip-address-manager, `formatAddressName`). `1.2.3.4` and `1:2:3:4::` have the same name.
 */
export function addressObjectName(namePrefix: string, address: Address): string {
  return `${namePrefix}-${formatAddress(address).replace(/[.:]/g, "-")}`.replace(/-+$/, "");
}
