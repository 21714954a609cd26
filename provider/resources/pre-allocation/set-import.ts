/** Imports existing entries as a set: entries that were written by hand, or whose state was lost. */
import { hostClaimName, hostOfClaim } from "../../api/metal3/host-claim";
import { isObjectName } from "../../api/names";
import { compareAddresses } from "../../core/address";
import { IpamError } from "../../ipam/errors";
import { type Ipam, isControllerMade, type Marks, ownerText, type PoolView, poolsEntries } from "../../ipam/ipam";
import { claimAtStart, claimText, poolText, wording } from "../../ipam/wording";
import { present } from "../arguments";
import type { ReadRequest, ReadResponse } from "../handler";
import { type ImportId, idParts, malformedId, refuseAnotherStacks, unmarked } from "../imported";
import { recordedKind } from "./claim-kind";
import { importedAllocation } from "./live-allocation";
import { rowsText, setRows } from "./set-rows";
import { declarable } from "./undeclarable";
import { importWording } from "./wording";

export const setId: ImportId = {
  kind: "PreAllocationSet",
  form: "<namespace>/<pool> for all its entries, or <namespace>/<pool>?<host>,<host>",
  parts: 2,
  // The id of a set does not name its hosts.
  ofInputs: (inputs) => {
    const claims = setRows(inputs).map(({ claimName }) => claimName);
    return claims.length === 0 ? undefined : `${inputs.namespace}/${inputs.pool}?${claims.join()}`;
  },
};

/**
 * `id` is `namespace/pool` or `namespace/pool?a,b`. The first form takes all entries that a program can declare, in the
 * order of their addresses. The second takes these entries, in this order: hosts, or claim names if an entry is not called
 * `<host>-<pool>`. There are no pins, because held addresses stay. Throws `notReserved` if there is no such entry.
 */
export async function importedSet(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const { id, owner, isLookup } = request;
  const [path = "", list, ...others] = id.split("?");
  const [namespace = "", name = ""] = idParts(setId, id, path);
  const names = list?.split(",").map((one) => one.trim());
  if (others.length > 0 || names?.includes("")) throw malformedId(setId, id);
  const pool = await ipam.pool({ namespace, name });
  const { view } = pool;
  const isThere = (one: string) => reservedClaim(view, one) !== undefined;
  await pool.lookAgain(() => (view.pool && (names ?? []).every(isThere) ? view.pool : undefined));
  if (!view.pool || !owner) return { id: "", outputs: {} };
  const found = names ? [...new Set(names.map((one) => claimNamed(view, one)))] : allEntries(view);
  const kinds = new Map(found.map((claim) => [claim, recordedKind(view, claim)]));
  // A set is for claims of one kind.
  const claimKind = [...kinds.values()].includes("IPClaim") ? "IPClaim" : "IPAddressClaim";
  const asked = found.filter((claim) => kinds.get(claim) === claimKind);
  const ofOtherKind = found.filter((claim) => !asked.includes(claim));
  if (names && ofOtherKind.length > 0) throw new IpamError("held", importWording.twoKinds(view.name, ofOtherKind));
  const { claims: fit, leftOut: unfit } = declarable(view, asked);
  const leftOut = [...unfit, ...ofOtherKind.map((claim) => importWording.ofOtherKind(claim))];
  // Named entries are imported even if no program can declare them, so that the next update can release them. A lookup shows
  // what exists.
  const claims = names || isLookup ? asked : fit;
  if (claims.length === 0) {
    const message = leftOut.length === 0 ? wording.noEntries(view.name) : importWording.noneLeft(view.name, leftOut);
    throw new IpamError("notReserved", message);
  }
  const token = isLookup ? undefined : oneToken(view, request, claims);
  const hosts = claims.map((claim) => (claimKind === "IPClaim" ? hostOfClaim(claim, name) : undefined));
  const isHosts = hosts.every((host) => host !== undefined && isObjectName(host));
  const warning = claims === asked ? importWording.undeclarable : importWording.leftOut;
  const rows = claims.map((claimName, index) => {
    return { host: (isHosts && hosts[index]) || claimName, claimName, ...importedAllocation(view, claimName) };
  });
  const members = { [isHosts ? "hosts" : "claimNames"]: rows.map(({ host }) => host) };
  const identity = { namespace, pool: name, ...members, ...(claimKind === "IPAddressClaim" && { claimKind }) };
  const filled = rowsText(rows);
  return {
    id: isLookup ? id : [namespace, name, owner.resource].join("/"),
    inputs: present({ ...identity, ...filled, byHand: unmarked(view, claims) }),
    outputs: present({ ...identity, ...filled, token }),
    ...(leftOut.length > 0 && { warnings: [warning(view.name, leftOut)] }),
  };
}

/** All entries except those of the pool's own resource. */
function allEntries(view: PoolView): string[] {
  const own = poolsEntries(view);
  const entries = [...(view.pool?.preAllocations ?? [])].filter(([claim]) => !own.has(claim));
  return entries.sort(([, a], [, b]) => compareAddresses(a, b)).map(([claim]) => claim);
}

/** The claim of a host, or the claim itself. It needs an entry, or a lock that a killed update left without one. */
export function reservedClaim(view: PoolView, name: string): string | undefined {
  return [hostClaimName(name, view.name.name), name].find((claim) => importedAllocation(view, claim) !== undefined);
}

function claimNamed(view: PoolView, name: string): string {
  const claim = reservedClaim(view, name);
  if (claim !== undefined) return claim;
  throw new IpamError("notReserved", wording.notReserved(view.name, [hostClaimName(name, view.name.name), name]));
}

/**
 * The one token of all these claims, because a state has room for one. Undefined if all were made by hand. Locks that the
 * controller made for live hosts have no token, and neither have entries without a lock. Throws `held`.
 */
function oneToken(view: PoolView, request: ReadRequest, claims: readonly string[]): string | undefined {
  const groups = new Map<string | undefined, { readonly marks: Marks; readonly claims: string[] }>();
  for (const claim of claims) {
    const [lock] = view.locksOf(claim).filter((one) => !isControllerMade(one));
    if (!lock) continue;
    const { marks } = lock;
    refuseAnotherStacks(request, `${claimAtStart(view.name, claim)} of ${poolText(view.name)}`, marks);
    const group = groups.get(marks.token) ?? { marks, claims: [] };
    group.claims.push(claimText(view.name, claim));
    groups.set(marks.token, group);
  }
  if (groups.size > 1) {
    const texts = [...groups.values()].map((group) => `${group.claims.join(", ")} (${ownerText(group.marks)})`);
    throw new IpamError("held", wording.notOneSet(view.name, texts));
  }
  return [...groups.keys()][0];
}
