/** The inputs and outputs of getIPPool. */
import { z } from "zod";
import { namespaceName, objectName } from "../../api/names";
import { poolOutputs } from "../ip-pool/pool-arguments";
import { DEFAULT_NAMESPACE } from "../pool-reference";
import { holder } from "./holder-shape";

export const getIPPoolShape = {
  name: objectName.describe(
    "Name of the IPPool. If this program creates the pool, pass the output `name` of the resource, so that {engine} creates it first.",
  ),
  namespace: namespaceName.optional().describe(`Namespace of the IPPool. ${DEFAULT_NAMESPACE}`),
};

const { name, namespace, namePrefix, clusterName, pools, prefix, gateway, dnsServers, capacity } = poolOutputs;

export const getIPPoolResult = {
  name: name.describe("Name of the IPPool."),
  namespace: namespace.describe("Namespace of the IPPool."),
  namePrefix,
  clusterName,
  pools: pools.describe(
    "The addresses on offer, as Metal3 stores them. Excluded addresses are left out, so an entry may be split.",
  ),
  prefix,
  gateway,
  dnsServers,
  preAllocations: z
    .record(z.string(), z.string())
    .describe("Reserved addresses by claim name: all entries of the pool, and those that this program will write."),
  paused: z
    .boolean()
    .describe(
      "Whether the pool or its Cluster is paused, for example by `clusterctl move`. Nothing is written to a paused pool.",
    ),
  capacity,
  used: z
    .int()
    .describe(
      "Number of offered addresses that have a holder. Addresses that the pool does not offer are not counted.",
    ),
  free: capacity.describe(
    "Number of offered addresses without a holder: `capacity` minus `used`. It has the form of `capacity`.",
  ),
  holders: z
    .array(holder)
    .describe(
      "All held addresses with their holders, sorted by address. They include addresses that the pool does not offer.",
    ),
  orphans: z
    .array(holder)
    .describe(
      "Reservations that an interrupted update left behind. They have no entry, no claim and no resource in this program. `holders` lists them too. To free one, delete its IPAddress objects in both API groups. A `{destroy}` of the pool frees all of them.",
    ),
};
