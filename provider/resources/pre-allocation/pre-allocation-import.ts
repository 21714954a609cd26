import { hostOfClaim } from "../../api/metal3/host-claim";
import { isObjectName } from "../../api/names";
import type { Ipam } from "../../ipam/ipam";
import { claimAtStart, poolText } from "../../ipam/wording";
import { present } from "../arguments";
import type { ReadRequest, ReadResponse } from "../handler";
import { type ImportId, idParts, refuseAnotherStacks, unmarked } from "../imported";
import { recordedKind } from "./claim-kind";
import { importedAllocation } from "./live-allocation";
import { reservedClaim } from "./set-import";
import { undeclarable } from "./undeclarable";
import { importWording } from "./wording";

export const preAllocationId: ImportId = {
  kind: "PreAllocation",
  form: "<namespace>/<pool>/<host or claim>",
  parts: 3,
};

/** The existing entry as a program would declare it. It includes the address, because an entry has nothing else. */
export async function importedPreAllocation(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const [namespace = "", name = "", named = ""] = idParts(preAllocationId, request.id);
  const pool = await ipam.pool({ namespace, name });
  const { view } = pool;
  const claimName = await pool.lookAgain(() => reservedClaim(view, named));
  const live = claimName && importedAllocation(view, claimName);
  if (!live) return { id: "", outputs: {} };
  const lock = view.locksOf(claimName)[0];
  if (lock) refuseAnotherStacks(request, `${claimAtStart(view.name, claimName)} of ${poolText(view.name)}`, lock.marks);
  const token = lock?.marks.token;
  const claimKind = recordedKind(view, claimName);
  const host = claimKind === "IPClaim" ? hostOfClaim(claimName, name) : undefined;
  const isHost = host !== undefined && isObjectName(host);
  const fault = undeclarable(view, claimName, new Set([claimName]));
  const kind = claimKind === "IPClaim" ? {} : { claimKind };
  const said = { pool: name, namespace, ...(isHost ? { host } : { claimName }), ...kind, ...live };
  return {
    id: [namespace, name, claimName].join("/"),
    inputs: present({ ...said, pinned: true, byHand: unmarked(view, [claimName]) }),
    outputs: present({ ...said, claimName, token }),
    ...(fault && { warnings: [importWording.undeclarable(view.name, [fault])] }),
  };
}
