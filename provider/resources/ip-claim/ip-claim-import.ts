import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/ip-claim";
import { networkText } from "../../api/ip-pool";
import { IP_CLAIM } from "../../api/kinds";
import { formatAddress } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import type { Ledger } from "../../ipam/ledger/ledger";
import type { Lock } from "../../ipam/ledger/lock";
import { marksOf } from "../../ipam/ledger/marks";
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
  const ledger = await ipam.ledger({ namespace, name: pool });
  const lock = await looked(ipam, ledger, () => ledger.locksOf(name)[0]);
  const marks = marksOf(stored);
  refuseAnotherStacks(request, `IPClaim ${namespace}/${name}`, marks, false);
  if (lock) refuseAnotherStacks(request, `the address of IPClaim ${namespace}/${name}`, lock.marks, false);
  const said = { namespace, name, pool, ...foreignMeta(stored, [REQUESTED_ADDRESS_ANNOTATION]) };
  const live = lock && liveClaim(ledger, lock);
  return {
    id: `${namespace}/${name}`,
    inputs: present({ ...said, ...live, pinned: live !== undefined, byHand: unmarked(ledger, [name]) }),
    outputs: present({ ...said, ...live, token: marks.token }),
  };
}

/** A host is told what its lock says, whatever the pool says by now. */
export function liveClaim(ledger: Ledger, { address, network }: Lock) {
  const { addressName } = filled(ledger, address);
  return { ...networkText(network ?? {}), address: formatAddress(address), addressName };
}
