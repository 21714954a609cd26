import { addressesIn } from "../held-addresses";
import type { ResourceRow } from "../row";
import { PreAllocationSetHandler } from "./pre-allocation-set";
import { setOutputs, setShape } from "./set-arguments";
import { setId } from "./set-import";
import { setRows } from "./set-rows";

/** Has no list, because a set exists only in a program. Its entries are listed as PreAllocations. */
export const preAllocationSet = {
  kind: "PreAllocationSet",
  description:
    "The addresses of many hosts in one pool: a PreAllocation for each, in one resource and one write.\n\nThe addresses are known in the preview; a partly unknown list leaves only new ones unknown.",
  inputs: setShape,
  outputs: setOutputs,
  filledIn: [],
  importId: setId,
  addresses: ({ namespace, pool, addresses, allocations }) => {
    const claims = new Map(setRows({ allocations }).map(({ host, claimName }) => [host, claimName]));
    return addressesIn({ namespace, pool }, addresses, (host) => claims.get(host) ?? host);
  },
  open: (ipam, defaultNamespace) => new PreAllocationSetHandler(ipam, defaultNamespace),
} as const satisfies ResourceRow;
