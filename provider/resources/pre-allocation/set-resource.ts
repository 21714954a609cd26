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
    "Reserves the addresses of many hosts in one pool, with one resource and one write.\n\nThe preview already shows the addresses. If a host name is unknown in the preview, existing hosts still show their addresses. New hosts show theirs after the update.",
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
