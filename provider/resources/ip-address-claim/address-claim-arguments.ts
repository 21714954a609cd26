/** The inputs and outputs of an IPAddressClaim. */
import { z } from "zod";
import { apiGroup, kindName } from "../../api/capi/ip-address-claim";
import { namespaceName, objectName } from "../../api/names";
import { networkOutputs } from "../allocation-outputs";
import { computedProperties } from "../filled";
import { ownerReferences } from "../owner-references";
import { DEFAULT_NAMESPACE } from "../pool-reference";

const poolRef = z
  .strictObject({
    apiGroup: apiGroup.describe("API group of the pool, without a version, for example `ipam.cluster.x-k8s.io`."),
    kind: kindName.describe("Kind of the pool, for example `InClusterIPPool`."),
    name: objectName.describe("Name of the pool."),
  })
  .meta({ id: "PoolRef", description: "A pool of any provider of Cluster API." });

export const addressClaimShape = {
  name: objectName.describe(
    "Name of the IPAddressClaim object. Default: the resource's logical name, without a suffix.",
  ),
  namespace: namespaceName.optional().describe(`Namespace of the claim, and of its pool. ${DEFAULT_NAMESPACE}`),
  poolRef: poolRef.describe("The pool that gives the address. A change replaces the claim."),
  clusterName: objectName
    .optional()
    .describe(
      "Name of the CAPI Cluster to which the claim belongs. Providers serve no claim of a Cluster that does not exist. A change replaces the claim.",
    ),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe("Labels of the IPAddressClaim object. The provider manages only these keys and leaves others alone."),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Annotations of the IPAddressClaim object. The provider manages only these keys and leaves others alone.",
    ),
  ownerReferences,
};

export const addressClaimOutputs = {
  name: z.string().describe("Name of the IPAddressClaim object."),
  namespace: z.string().describe("Namespace of the claim, and of its pool."),
  poolRef: poolRef.describe("The pool that gives the address."),
  address: z
    .string()
    .describe("The claim's address. The first preview does not know it, because the pool's provider chooses it."),
  prefix: networkOutputs.prefix.describe("Length of the network mask in bits."),
  gateway: networkOutputs.gateway,
};

export const ADDRESS_CLAIM_COMPUTED = computedProperties({ inputs: addressClaimShape, outputs: addressClaimOutputs });

/** CAPI's webhook refuses to change them. */
export const ADDRESS_CLAIM_IDENTITY = ["name", "namespace", "poolRef", "clusterName"] as const;
