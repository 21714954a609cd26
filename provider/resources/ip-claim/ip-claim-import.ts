import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { freshClaim, readClaim } from "../../ipam/claim-object";
import { type Ipam, marksOf } from "../../ipam/ipam";
import { present } from "../arguments";
import { foreignMeta } from "../declared-metadata";
import type { ReadRequest, ReadResponse } from "../handler";
import { type ImportId, idParts, refuseAnotherStacks, unmarked } from "../imported";
import { askedAddress, filled, liveOutputs } from "./ip-claim-outputs";

export const claimId: ImportId = { kind: "IPClaim", form: "<namespace>/<name>", parts: 2 };

/** The existing claim as a program would declare it, with its address if it has one. */
export async function importedClaim(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const [namespace = "", name = ""] = idParts(claimId, request.id);
  const stored = await freshClaim(ipam, { namespace, name });
  if (!stored) return { id: "", outputs: {} };
  const claim = readClaim(stored);
  const { poolName } = claim;
  const pool = await ipam.pool({ namespace, name: poolName });
  const lock = await pool.lookAgain(() => pool.view.locksOf(name)[0]);
  const marks = marksOf(stored);
  refuseAnotherStacks(request, `IPClaim ${namespace}/${name}`, marks, false);
  if (lock) refuseAnotherStacks(request, `The address of IPClaim ${namespace}/${name}`, lock.marks, false);
  const said = { namespace, name, pool: poolName, ...foreignMeta(stored, [REQUESTED_ADDRESS_ANNOTATION]) };
  const asked = askedAddress(pool, claim);
  const live = lock ? liveOutputs(pool, lock) : asked && filled(pool, asked);
  return {
    id: `${namespace}/${name}`,
    inputs: present({ ...said, ...live, pinned: live !== undefined, byHand: unmarked(pool.view, [name]) }),
    outputs: present({ ...said, ...live, token: marks.token }),
  };
}
