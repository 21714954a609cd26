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
    "Reserves one host's address before its BareMetalHost exists, and keeps it when the host is rebuilt.\n\nThe reservation is an entry in `preAllocations` of a Metal3 IPPool, and an IPAddress object that keeps others off the address. The preview already shows the address. A pin that the pool does not offer is an error. If a pin is taken, `fallback` decides: by default the preview fails, and the error names the holder.",
  inputs: preAllocationShape,
  outputs: preAllocationOutputs,
  filledIn: [],
  importId: preAllocationId,
  list: listing(inPool, async (ipam, namespace, { pool }) => {
    const stored = await ipam.store.list(IP_POOL, namespace);
    const pools = stored
      .filter(({ metadata }) => pool === undefined || metadata.name === pool)
      .map((one) => readPool(one));
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
