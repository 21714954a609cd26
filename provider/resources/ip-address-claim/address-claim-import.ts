import { readAddressClaim } from "../../ipam/address-claims";
import { type Ipam, marksOf } from "../../ipam/ipam";
import { present } from "../arguments";
import { foreignMeta } from "../declared-metadata";
import type { ReadRequest, ReadResponse } from "../handler";
import { type ImportId, idParts, refuseAnotherStacks } from "../imported";

export const addressClaimId: ImportId = { kind: "IPAddressClaim", form: "<namespace>/<name>", parts: 2 };

/** The existing claim as a program would declare it, with its address if it has one. */
export async function importedAddressClaim(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const [namespace = "", name = ""] = idParts(addressClaimId, request.id);
  const claims = ipam.addressClaims();
  const stored = await claims.fresh({ namespace, name });
  if (!stored) return { id: "", outputs: {} };
  const claim = readAddressClaim(stored);
  const marks = marksOf(stored);
  refuseAnotherStacks(request, `IPAddressClaim ${namespace}/${name}`, marks, false);
  const { poolRef, clusterName } = claim;
  const said = present({ namespace, name, poolRef, clusterName, ...foreignMeta(stored) });
  const live = (await claims.listedAddress(claim))?.given;
  return {
    id: `${namespace}/${name}`,
    inputs: { ...said, ...live, pinned: false },
    outputs: present({ ...said, ...live, token: marks.token }),
  };
}
