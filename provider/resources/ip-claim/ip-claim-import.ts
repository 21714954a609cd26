import { IP_CLAIM } from "../../api/kinds";
import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { networkText } from "../../api/metal3/ip-pool";
import { formatAddress } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import type { Lock } from "../../ipam/metal3/lock";
import { marksOf } from "../../ipam/metal3/marks";
import type { PoolView } from "../../ipam/pool/pool-view";
import { present } from "../arguments";
import { foreignMeta } from "../declared-metadata";
import type { ReadRequest, ReadResponse } from "../handler";
import { idParts, looked, refuseAnotherStacks, unmarked } from "../imported";
import { filled } from "./ip-claim-check";
import { claimIn } from "./ip-claim-served";

/** What is there already, as a program would say it: with its address, where it has one. */
export async function importedClaim(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const [namespace = "", name = ""] = idParts("IPClaim", request.id, 2);
  const stored = await ipam.store.get(IP_CLAIM, { namespace, name });
  if (!stored) return { id: "", outputs: {} };
  const { poolName: pool } = claimIn(stored);
  const view = await ipam.view({ namespace, name: pool });
  const lock = await looked(ipam, view, () => view.locksOf(name)[0]);
  const marks = marksOf(stored);
  refuseAnotherStacks(request, `IPClaim ${namespace}/${name}`, marks, false);
  if (lock) refuseAnotherStacks(request, `the address of IPClaim ${namespace}/${name}`, lock.marks, false);
  const said = { namespace, name, pool, ...foreignMeta(stored, [REQUESTED_ADDRESS_ANNOTATION]) };
  const live = lock && liveClaim(view, lock);
  return {
    id: `${namespace}/${name}`,
    inputs: present({ ...said, ...live, pinned: live !== undefined, byHand: unmarked(view, [name]) }),
    outputs: present({ ...said, ...live, token: marks.token }),
  };
}

/** A host is told what its lock says, whatever the pool says by now. */
export function liveClaim(view: PoolView, { address, network }: Lock) {
  const { addressName } = filled(view, address);
  return { ...networkText(network ?? {}), address: formatAddress(address), addressName };
}
