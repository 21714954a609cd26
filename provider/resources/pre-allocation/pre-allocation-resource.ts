import { IP_POOL } from "../../api/metal3/kinds";
import { isObjectName } from "../../api/names";
import { readPool } from "../../ipam/ipam";
import { oneAddress } from "../held-addresses";
import { inPool, listing } from "../listing";
import type { ResourceRow } from "../row";
import { PreAllocationHandler } from "./pre-allocation";
import { preAllocationOutputs, preAllocationShape } from "./pre-allocation-arguments";
import { preAllocationId } from "./pre-allocation-import";

export const preAllocation = {
  kind: "PreAllocation",
  description:
    "One host's address, reserved before its BareMetalHost exists and kept over rebuilds: an entry in `preAllocations` of a Metal3 IPPool, and the lock that keeps others off the address.\n\nThe address is known in the preview. A pin that is taken or out of range is an error there, which names the holder.",
  inputs: preAllocationShape,
  outputs: preAllocationOutputs,
  filledIn: [],
  importId: preAllocationId,
  list: listing(inPool, async (ipam, namespace, { pool }) => {
    const stored = await ipam.store.list(IP_POOL, namespace);
    const pools = stored.filter(({ metadata }) => pool === undefined || metadata.name === pool).map(readPool);
    return pools.flatMap(({ name, preAllocations }) =>
      // Other keys cannot be part of an id.
      [...preAllocations.keys()]
        .filter(isObjectName)
        .map((claim) => ({ id: `${namespace}/${name}/${claim}`, name: claim })),
    );
  }),
  addresses: oneAddress("claimName"),
  open: (ipam, defaultNamespace) => new PreAllocationHandler(ipam, defaultNamespace),
} as const satisfies ResourceRow;
