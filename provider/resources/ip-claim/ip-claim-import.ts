import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/ip-claim";
import { networkText } from "../../api/ip-pool";
import { IP_CLAIM } from "../../api/kinds";
import type { ObjectKey } from "../../api/meta";
import { formatAddress } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import type { Ledger } from "../../ipam/ledger/ledger";
import type { Lock } from "../../ipam/ledger/lock";
import { marksOf } from "../../ipam/ledger/marks";
import { present } from "../arguments";
import { foreignMeta } from "../declared-metadata";
import type { ReadResponse } from "../handler";
import { filled } from "./ip-claim-check";
import { claimIn } from "./ip-claim-served";

/** What is there already, as a program would say it: with its address, where it has one. */
export async function importedClaim(ipam: Ipam, key: ObjectKey): Promise<ReadResponse> {
  const stored = await ipam.store.get(IP_CLAIM, key);
  if (!stored) return { id: "", outputs: {} };
  const { namespace = "", name } = stored.metadata;
  const { poolName: pool } = claimIn(stored);
  const ledger = await ipam.ledger({ namespace, name: pool });
  const lock = ledger.locksOf(name)[0];
  const said = { namespace, name, pool, ...foreignMeta(stored, [REQUESTED_ADDRESS_ANNOTATION]) };
  const live = lock && liveClaim(ledger, lock);
  return {
    id: `${namespace}/${name}`,
    inputs: { ...said, ...live, pinned: live !== undefined },
    outputs: present({ ...said, ...live, token: marksOf(stored).token }),
  };
}

/** A host is told what its lock says, whatever the pool says by now. */
export function liveClaim(ledger: Ledger, { address, network }: Lock) {
  const { addressName } = filled(ledger, address);
  return { ...networkText(network ?? {}), address: formatAddress(address), addressName };
}
