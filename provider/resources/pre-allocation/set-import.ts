/** A set of what is there already: entries that somebody wrote by hand, or whose state was lost. */
import { compareAddresses } from "../../core/address";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { isLiveClaims } from "../../ipam/metal3/lock";
import { type Marks, ownerText } from "../../ipam/metal3/marks";
import type { PoolView } from "../../ipam/pool/pool-view";
import { wording } from "../../ipam/wording";
import { present } from "../arguments";
import { hostClaimName, hostOfClaim } from "../claim-name";
import type { Properties, ReadRequest, ReadResponse, ResourceOwner } from "../handler";
import { idParts, looked, malformedId, refuseAnotherStacks, unmarked } from "../imported";
import { importedAllocation } from "./live-allocation";
import { type AllocationRow, rowsText } from "./set-rows";

/**
 * `id` is `namespace/pool` for all entries of the pool, in the order of their addresses, or `namespace/pool?a,b` for
 * these, in this order: hosts, or claim names where an entry is not called `<host>-<pool>`. Without pins: what is held
 * stays. Throws `notReserved` where there is no such entry.
 */
export async function importedSet(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const { id, owner, isLookup } = request;
  const [path = "", list, ...others] = id.split("?");
  const [namespace = "", pool = ""] = idParts("PreAllocationSet", id, 2, path);
  const names = list?.split(",").map((name) => name.trim());
  if (others.length > 0 || names?.includes("")) throw malformedId("PreAllocationSet", id);
  const view = await ipam.view({ namespace, name: pool });
  const isThere = (name: string) => reservedClaim(view, name) !== undefined;
  await looked(ipam, view, () => (view.pool && (names ?? []).every(isThere) ? view.pool : undefined));
  if (!view.pool || !owner) return { id: "", outputs: {} };
  const claims = names ? [...new Set(names.map((name) => claimNamed(view, name)))] : allEntries(view);
  if (claims.length === 0) throw new IpamError("notReserved", wording.noEntries(view.name));
  const token = isLookup ? undefined : oneToken(view, request, claims);
  const hosts = claims.map((claim) => hostOfClaim(claim, pool));
  const isHosts = hosts.every((host) => host !== undefined);
  const rows = claims.map((claimName, index): AllocationRow => {
    return [{ host: (isHosts && hosts[index]) || claimName, claimName }, importedAllocation(view, claimName)];
  });
  const identity = { namespace, pool, [isHosts ? "hosts" : "claimNames"]: rows.map(([{ host }]) => host) };
  const filled = rowsText(rows, undefined);
  return {
    id: isLookup ? id : setId({ namespace, pool }, owner),
    inputs: present({ ...identity, ...filled, byHand: unmarked(view, claims) }),
    outputs: present({ ...identity, ...filled, token }),
  };
}

/** A set is called after its resource; its pool alone where a door does not know a name. */
export function setId({ namespace, pool }: Properties, { resource }: ResourceOwner): string {
  return [namespace, pool, resource].filter((part) => part !== undefined).join("/");
}

function allEntries({ pool }: PoolView): string[] {
  const entries = [...(pool?.preAllocations ?? [])];
  return entries.sort(([, a], [, b]) => compareAddresses(a, b)).map(([claim]) => claim);
}

/** The claim of a host, or the claim itself, if it has an entry, or the lock that a killed run has left without one. */
export function reservedClaim(view: PoolView, name: string): string | undefined {
  return [hostClaimName(name, view.name.name), name].find((claim) => importedAllocation(view, claim) !== undefined);
}

function claimNamed(view: PoolView, name: string): string {
  const claim = reservedClaim(view, name);
  if (claim !== undefined) return claim;
  throw new IpamError("notReserved", wording.notReserved(view.name, [hostClaimName(name, view.name.name), name]));
}

/**
 * The token that all of them carry, undefined where they were made by hand: a state has room for one. Locks that the
 * controller made for living hosts say of nobody, and neither do entries whose lock is gone. Throws `held`.
 */
function oneToken(view: PoolView, request: ReadRequest, claims: readonly string[]): string | undefined {
  const groups = new Map<string | undefined, { readonly marks: Marks; readonly claims: string[] }>();
  for (const claim of claims) {
    const [lock] = view.locksOf(claim).filter((one) => !isLiveClaims(one));
    if (!lock) continue;
    const { marks } = lock;
    refuseAnotherStacks(request, `claim ${claim} of IPPool ${view.name.namespace}/${view.name.name}`, marks);
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
