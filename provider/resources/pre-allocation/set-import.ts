/** A set of what is there already: entries that somebody wrote by hand, or whose state was lost. */
import { compareAddresses } from "../../core/address";
import { IpamError, wording } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import type { Ledger } from "../../ipam/ledger/ledger";
import { present } from "../arguments";
import { hostClaimName } from "../claim-name";
import type { Owner, ReadResponse } from "../handler";
import { liveRow, type Row, rowsText } from "./set-rows";

/**
 * `id` is `namespace/pool` for all entries of the pool, in the order of their addresses, or `namespace/pool?a,b` for
 * these, in this order: hosts, or claim names where an entry is not called `<host>-<pool>`. Without pins: what is held
 * stays. Throws `notReserved` where there is no such entry.
 */
export async function importedSet(ipam: Ipam, owner: Owner | undefined, id: string): Promise<ReadResponse> {
  const [path = "", list] = id.split("?");
  const [namespace = "", pool = ""] = path.split("/");
  const ledger = await ipam.ledger({ namespace, name: pool });
  if (!ledger.pool || !owner) return { id: "", outputs: {} };
  const named = list === undefined ? allEntries(ledger) : list.split(",").map((name) => name.trim());
  const claims = named.map((name) => claimOf(ledger, name));
  const hosts = claims.map((claim) => hostOf(ledger, claim));
  const isHosts = hosts.every((host) => host !== undefined);
  const rows = claims.map((claimName, index): [string, Row] => [(isHosts && hosts[index]) || claimName, { claimName }]);
  const identity = { namespace, pool, [isHosts ? "hosts" : "claimNames"]: rows.map(([name]) => name) };
  const filled = rowsText(
    rows.map((row) => liveRow(ledger, row)),
    undefined,
  );
  const token = claims.flatMap((claim) => ledger.locksOf(claim)).find(({ marks }) => marks.token)?.marks.token;
  return {
    id: [namespace, pool, owner.resource].join("/"),
    inputs: { ...identity, ...filled },
    outputs: present({ ...identity, ...filled, token }),
  };
}

function allEntries({ pool }: Ledger): string[] {
  const entries = [...(pool?.preAllocations ?? [])];
  return entries.sort(([, a], [, b]) => compareAddresses(a, b)).map(([claim]) => claim);
}

/** The claim of a host, or the claim itself. */
function claimOf(ledger: Ledger, name: string): string {
  const claims = [hostClaimName(name, ledger.name.name), name];
  const claim = claims.find((one) => ledger.entryOf(one) !== undefined);
  if (claim === undefined) throw new IpamError("notReserved", wording.notReserved(ledger.name, claims));
  return claim;
}

function hostOf({ name: { name } }: Ledger, claim: string): string | undefined {
  const ending = hostClaimName("", name);
  return claim.endsWith(ending) && claim.length > ending.length ? claim.slice(0, -ending.length) : undefined;
}
