/** The inputs and outputs of getIPPool. */
import { z } from "zod";
import { namespaceName, objectName } from "../../api/names";
import { poolOutputs } from "../ip-pool/pool-arguments";
import { DEFAULT_NAMESPACE } from "../pool-reference";
import { holder } from "./holder-shape";

export const getIPPoolShape = {
  name: objectName.describe(
    "Name of the IPPool. If this program makes it, pass the output `name` of the resource, so that {engine} makes it first.",
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
    "What is on offer, as Metal3 stores it: what is excluded is taken off, and entries are split there.",
  ),
  prefix,
  gateway,
  dnsServers,
  preAllocations: z
    .record(z.string(), z.string())
    .describe(
      "Claim name to address: every entry of the pool, whoever wrote it, and those that this program will write.",
    ),
  paused: z
    .boolean()
    .describe("Whether the pool or its Cluster is paused (`clusterctl move`): nobody writes meanwhile."),
  capacity,
  used: z
    .int()
    .describe("How many of these addresses have a holder. Addresses that the pool does not offer are not counted."),
  free: capacity.describe("How many have none: `capacity` less `used`, and written as `capacity` is."),
  holders: z
    .array(holder)
    .describe("Who holds which address, sorted by address; also of addresses that the pool does not offer."),
  orphans: z
    .array(holder)
    .describe(
      "Those of `holders` that no one will ask for: reservations of this provider without an entry, a claim or a resource of this program. An update that was killed leaves them. Deleting their IPAddress objects, in both API groups, frees the addresses; so does a `{destroy}` of the pool.",
    ),
};
