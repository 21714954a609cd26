import { type PoolRef, readIPAddressClaim } from "../../api/capi/ip-address-claim";
import { IP_ADDRESS_CLAIM } from "../../api/capi/kinds";
import { objectName } from "../../api/names";
import type { Stored } from "../../store/store";
import { oneAddress } from "../held-addresses";
import { byName, inNamespace, listing } from "../listing";
import type { ResourceRow } from "../row";
import { IPAddressClaimHandler } from "./address-claim";
import { addressClaimOutputs, addressClaimShape } from "./address-claim-arguments";
import { addressClaimId } from "./address-claim-import";

const query = {
  ...inNamespace,
  pool: objectName.optional().describe("Name of the pool, of any kind. Default: all pools."),
};

export const ipAddressClaim = {
  kind: "IPAddressClaim",
  description:
    "Asks the provider of any Cluster API pool for an address: CAPI's in-cluster provider, Infoblox, NetBox, Metal3 and others.\n\nThe resource creates a CAPI IPAddressClaim (`ipam.cluster.x-k8s.io`) and waits until the pool's provider has served it. The provider chooses the address, so the first preview does not know it. A claim that is created again may get another address. In a Metal3 pool, a PreAllocation with `claimKind: IPAddressClaim` and the claim's name keeps the address, and the preview shows it there. This resource needs a cluster with Cluster API's CRDs.",
  inputs: addressClaimShape,
  outputs: addressClaimOutputs,
  filledIn: ["name"],
  importId: addressClaimId,
  list: listing(query, async (ipam, namespace, { pool }) => {
    const claims = await ipam.store.list(IP_ADDRESS_CLAIM, namespace);
    return claims.filter((claim) => pool === undefined || poolRefName(claim) === pool).map(byName);
  }),
  addresses: ({ poolRef, ...outputs }) => oneAddress("name")({ ...outputs, pool: (poolRef as Partial<PoolRef>)?.name }),
  open: (ipam, defaultNamespace) => new IPAddressClaimHandler(ipam, defaultNamespace),
} as const satisfies ResourceRow;

function poolRefName(claim: Stored): string | undefined {
  const read = readIPAddressClaim(claim);
  return read.ok ? read.value.poolRef.name : undefined;
}
