import type { Ipam } from "../../ipam/ipam";
import { present } from "../arguments";
import { hostOfClaim } from "../claim-name";
import type { ReadRequest, ReadResponse } from "../handler";
import { idParts, looked, refuseAnotherStacks, unmarked } from "../imported";
import { importedAllocation } from "./live-allocation";
import { reservedClaim } from "./set-import";

/** What is there already, as a program would say it: with its address, which is all that there is to an entry. */
export async function importedPreAllocation(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const [namespace = "", pool = "", named = ""] = idParts("PreAllocation", request.id, 3);
  const view = await ipam.view({ namespace, name: pool });
  const claimName = await looked(ipam, view, () => reservedClaim(view, named));
  const live = claimName && importedAllocation(view, claimName);
  if (!live) return { id: "", outputs: {} };
  const lock = view.locksOf(claimName)[0];
  if (lock) refuseAnotherStacks(request, `claim ${claimName} of IPPool ${namespace}/${pool}`, lock.marks);
  const token = lock?.marks.token;
  const host = hostOfClaim(claimName, pool);
  const said = { pool, namespace, ...(host === undefined ? { claimName } : { host }), ...live };
  return {
    id: [namespace, pool, claimName].join("/"),
    inputs: present({ ...said, pinned: true, byHand: unmarked(view, [claimName]) }),
    outputs: present({ ...said, claimName, token }),
  };
}
