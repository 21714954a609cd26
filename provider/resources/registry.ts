/** What the package offers: one table of its resources and functions, each with the shapes of what goes in and comes out. */
import type { z } from "zod";
import { namespaceName, objectName } from "../api/names";
import { getIPAddressResult, getIPAddressShape } from "./functions/get-ip-address-arguments";
import { getIPPoolResult, getIPPoolShape } from "./functions/get-ip-pool-arguments";
import { claimOutputs, claimShape } from "./ip-claim/ip-claim-arguments";
import { poolOutputs, poolShape } from "./ip-pool/pool-arguments";
import { DEFAULT_NAMESPACE } from "./pool-reference";
import { preAllocationOutputs, preAllocationShape } from "./pre-allocation/pre-allocation-arguments";
import { setOutputs, setShape } from "./pre-allocation/set-arguments";

/** Each property of a shape has a description: the sentence that a user reads in an editor. */
export interface ResourceEntry {
  /** What messages call it. A door makes its own name of it. */
  readonly kind: string;
  readonly description: string;
  /** What a program may say, and nothing else. */
  readonly inputs: z.ZodRawShape;
  /** What it gets to know; what state holds besides is nobody's business. Those that are not optional are always there. */
  readonly outputs: z.ZodRawShape;
  /** Inputs that the shape requires, and that are filled in where a program leaves them out. */
  readonly filledIn: readonly string[];
  /** What a list of such objects can be limited to. Absent where the backend has no such list. */
  readonly list?: z.ZodRawShape;
}

export interface FunctionEntry {
  readonly kind: string;
  readonly description: string;
  readonly inputs: z.ZodRawShape;
  readonly outputs: z.ZodRawShape;
}

const inNamespace = {
  namespace: namespaceName.optional().describe(`Namespace of the objects. ${DEFAULT_NAMESPACE}`),
};
const inPool = { ...inNamespace, pool: objectName.optional().describe("Name of the IPPool. Default: all pools.") };

export const resources = {
  ipPool: {
    kind: "IPPool",
    description:
      "A Metal3 IPPool (`ipam.metal3.io/v1alpha1`), checked before anything is written: malformed or non-canonical addresses, mixed families, overlaps with other pools or a DHCP server, and changes that would take an address from its holder are errors of the preview.",
    inputs: poolShape,
    outputs: poolOutputs,
    filledIn: ["name"],
    list: inNamespace,
  },
  ipClaim: {
    kind: "IPClaim",
    description:
      "An address for something that is no host: a virtual IP, a load balancer. It becomes a Metal3 IPClaim (`ipam.metal3.io/v1alpha1`), with its address locked first.\n\nFor hosts use a PreAllocation or a PreAllocationSet: CAPM3 makes their claims itself, and waits for ever on one that somebody else has made.",
    inputs: claimShape,
    outputs: claimOutputs,
    filledIn: ["name"],
    list: inPool,
  },
  preAllocation: {
    kind: "PreAllocation",
    description:
      "One host's address, reserved before its BareMetalHost exists and kept over rebuilds: an entry in `preAllocations` of a Metal3 IPPool, and the lock that keeps others off the address.\n\nThe address is known in the preview. A pin that is taken or out of range is an error there, which names the holder.",
    inputs: preAllocationShape,
    outputs: preAllocationOutputs,
    filledIn: [],
    list: inPool,
  },
  preAllocationSet: {
    kind: "PreAllocationSet",
    description:
      "The addresses of many hosts in one pool: a PreAllocation for each, in one resource and one write.\n\nThe addresses are known in the preview; a partly unknown list leaves only new ones unknown.",
    inputs: setShape,
    outputs: setOutputs,
    filledIn: [],
  },
} as const satisfies Record<string, ResourceEntry>;

export const functions = {
  getIPPool: {
    kind: "getIPPool",
    description:
      "A pool as it stands: what it offers, who holds which of its addresses, how many are free, and which reservations nobody will ask for.\n\nIn a preview a pool that this program is about to make is answered as it is planned. One that is neither there nor planned is an error, at once.",
    inputs: getIPPoolShape,
    outputs: getIPPoolResult,
  },
  getIPAddress: {
    kind: "getIPAddress",
    description:
      "The address that a host or a claim holds, with its network, or who holds an address.\n\nIn a preview what this program is about to reserve is answered as it is planned. It is an error if nobody holds it.",
    inputs: getIPAddressShape,
    outputs: getIPAddressResult,
  },
} as const satisfies Record<string, FunctionEntry>;
