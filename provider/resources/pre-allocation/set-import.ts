/** Makes a set of what is there already: entries that somebody wrote by hand, or whose state was lost. */
import { hostClaimName, hostOfClaim } from "../../api/metal3/host-claim";
import { isObjectName } from "../../api/names";
import { compareAddresses } from "../../core/address";
import { IpamError } from "../../ipam/errors";
import { type Ipam, isControllerMade, type Marks, ownerText, type PoolView, poolsEntries } from "../../ipam/ipam";
import { claimAtStart, wording } from "../../ipam/wording";
import { present } from "../arguments";
import type { ReadRequest, ReadResponse } from "../handler";
import { type ImportId, idParts, malformedId, refuseAnotherStacks, unmarked } from "../imported";
import { importedAllocation } from "./live-allocation";
import { rowsText, setRows } from "./set-rows";
import { declarable } from "./undeclarable";
import { importWording } from "./wording";

export const setId: ImportId = {
  kind: "PreAllocationSet",
  form: "<namespace>/<pool> for all its entries, or <namespace>/<pool>?<host>,<host>",
  parts: 2,
  // A set's own id does not say whose addresses it has.
  ofInputs: (inputs) => {
    const claims = setRows(inputs).map(({ claimName }) => claimName);
    return claims.length === 0 ? undefined : `${inputs.namespace}/${inputs.pool}?${claims.join()}`;
  },
};

/**
 * `id` is `namespace/pool` for all entries of the pool that a program could declare, in the order of their addresses, or `namespace/pool?a,b` for
 * these, in this order: hosts, or claim names where an entry is not called `<host>-<pool>`. Without pins: what is held
 * stays. Throws `notReserved` where there is no such entry.
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
  const asked = names ? [...new Set(names.map((one) => claimNamed(view, one)))] : allEntries(view);
  const { claims: fit, leftOut } = declarable(view, asked);
  // What is named is taken, so that the next update can free it. A look tells what there is.
  const claims = names || isLookup ? asked : fit;
  if (claims.length === 0) {
    const message = leftOut.length === 0 ? wording.noEntries(view.name) : importWording.noneLeft(view.name, leftOut);
    throw new IpamError("notReserved", message);
  }
  const token = isLookup ? undefined : oneToken(view, request, claims);
  const hosts = claims.map((claim) => hostOfClaim(claim, name));
  const isHosts = hosts.every((host) => host !== undefined && isObjectName(host));
  const warning = claims === asked ? importWording.undeclarable : importWording.leftOut;
  const rows = claims.map((claimName, index) => {
    return { host: (isHosts && hosts[index]) || claimName, claimName, ...importedAllocation(view, claimName) };
  });
  const identity = { namespace, pool: name, [isHosts ? "hosts" : "claimNames"]: rows.map(({ host }) => host) };
  const filled = rowsText(rows);
  return {
    id: isLookup ? id : [namespace, name, owner.resource].join("/"),
    inputs: present({ ...identity, ...filled, byHand: unmarked(view, claims) }),
    outputs: present({ ...identity, ...filled, token }),
    ...(leftOut.length > 0 && { warnings: [warning(view.name, leftOut)] }),
  };
}

/** All but those that the pool's own resource has. */
function allEntries(view: PoolView): string[] {
  const own = poolsEntries(view);
  const entries = [...(view.pool?.preAllocations ?? [])].filter(([claim]) => !own.has(claim));
  return entries.sort(([, a], [, b]) => compareAddresses(a, b)).map(([claim]) => claim);
}

/** The claim of a host, or the claim itself, if it has an entry, or the lock that a killed update has left without one. */
export function reservedClaim(view: PoolView, name: string): string | undefined {
  return [hostClaimName(name, view.name.name), name].find((claim) => importedAllocation(view, claim) !== undefined);
}

function claimNamed(view: PoolView, name: string): string {
  const claim = reservedClaim(view, name);
  if (claim !== undefined) return claim;
  throw new IpamError("notReserved", wording.notReserved(view.name, [hostClaimName(name, view.name.name), name]));
}

/**
 * The token that all of them carry, because a state has room for one; undefined where they were made by hand. Locks that the
 * controller made for live hosts have none, and neither have entries whose lock is gone. Throws `held`.
 */
function oneToken(view: PoolView, request: ReadRequest, claims: readonly string[]): string | undefined {
  const groups = new Map<string | undefined, { readonly marks: Marks; readonly claims: string[] }>();
  for (const claim of claims) {
    const [lock] = view.locksOf(claim).filter((one) => !isControllerMade(one));
    if (!lock) continue;
    const { marks } = lock;
    refuseAnotherStacks(
      request,
      `${claimAtStart(view.name, claim)} of IPPool ${view.name.namespace}/${view.name.name}`,
      marks,
    );
    const group = groups.get(marks.token) ?? { marks, claims: [] };
    group.claims.push(claim);
    groups.set(marks.token, group);
  }
  if (groups.size > 1) {
    const texts = [...groups.values()].map((group) => `${group.claims.join(", ")} (${ownerText(group.marks)})`);
    throw new IpamError("held", wording.notOneSet(view.name, texts));
  }
  return [...groups.keys()][0];
}
