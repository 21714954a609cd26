/** The holders, seen from outside: in the store, in the stack's state, and in the user's wishes. */

import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import type { Store, Stored } from "../../../provider/store/store";
import type { Kept } from "../../resources/program";
import { type Wishes, wantedIn } from "./wishes";

interface Row {
  readonly claim: string;
  readonly address: string;
  readonly token: string | undefined;
}

export interface Books {
  readonly entries: ReadonlyMap<string, string>;
  readonly locks: readonly Row[];
  /** undefined: a lock is one object here. */
  readonly mirrors: readonly Row[] | undefined;
  readonly claims: readonly string[];
  readonly hasPool: boolean;
}

export async function booksOf(store: Store, namespace: string): Promise<Books> {
  const mirrorKind = await store.apiServer?.served(CAPI_IP_ADDRESS);
  const pool = await store.get(IP_POOL, { namespace, name: "net" });
  const { preAllocations = {} } = (pool?.spec ?? {}) as { preAllocations?: Record<string, string> };
  const mirrors = mirrorKind && (await store.list(mirrorKind, namespace));
  return {
    entries: new Map(Object.entries(preAllocations)),
    locks: (await store.list(IP_ADDRESS, namespace)).map((lock) => rowOf(lock)),
    mirrors: mirrors?.map((mirror) => rowOf(mirror)),
    claims: (await store.list(IP_CLAIM, namespace)).map(({ metadata }) => metadata.name),
    hasPool: pool !== undefined,
  };
}

function rowOf({ metadata, spec }: Stored): Row {
  const { address, claim, claimRef } = spec as Record<"claim" | "claimRef", { name: string } | undefined> & {
    address: string;
  };
  const token = metadata.annotations?.["pulumi-metal3-ipam/token"];
  return { claim: claim?.name ?? claimRef?.name.replace(/^reserved-/, "") ?? "", address, token };
}

/** claim → its state. */
export type Told = ReadonlyMap<string, { readonly address: string; readonly token: string }>;

export interface Faults {
  /** Addresses that several claims hold, and claims that hold several. */
  readonly twice: readonly string[];
  /** Wishes that are not held as they should be. */
  readonly lost: readonly string[];
  /** Claims that have objects but are not wanted. */
  readonly left: readonly string[];
  readonly isPoolLeft: boolean;
}

export function faultsIn({ entries, locks, mirrors, claims, hasPool }: Books, wishes: Wishes, told: Told): Faults {
  const lost: string[] = [];
  const wanted = wantedIn(wishes);
  const held = [...[...entries].map(([claim, address]) => ({ claim, address })), ...locks, ...(mirrors ?? [])];
  for (const [claim, pin] of [...wanted.hosts, ...wanted.claims]) {
    const said = told.get(claim);
    const isHost = wanted.hosts.has(claim);
    const of = (rows: readonly Row[] | undefined) => rows?.filter((row) => row.claim === claim) ?? [];
    if (!said) lost.push(`${claim} is not in state`);
    if (pin !== undefined && said?.address !== pin) lost.push(`${claim} is pinned to ${pin}, and got ${said?.address}`);
    if (isHost && entries.get(claim) !== said?.address) lost.push(`${claim} has the entry ${entries.get(claim)}`);
    // An entry keeps its address without a lock, as after a host's life.
    if (!isHost && of(locks).length === 0) lost.push(`${claim} has no lock`);
    if (!isHost && !claims.includes(claim)) lost.push(`IPClaim ${claim} is not there`);
    if (mirrors && of(mirrors).length === 0) lost.push(`${claim} has no mirror`);
    for (const { address, token } of [...of(locks), ...of(mirrors)]) {
      if (address !== said?.address || token !== said.token)
        lost.push(`${claim}: ${address}, token ${token}, is not ${said?.address}, token ${said?.token}`);
    }
  }
  const isPoolWanted = wishes.last !== undefined;
  if (isPoolWanted && !hasPool) lost.push("the pool is not there");
  const isWanted = (claim: string) => wanted.hosts.has(claim) || wanted.claims.has(claim);
  const there = [...held.map(({ claim }) => claim), ...claims];
  return {
    twice: [...severalOf(held, "address", "claim"), ...severalOf(held, "claim", "address")],
    lost,
    left: [...new Set(there.filter((claim) => !isWanted(claim)))].sort(),
    isPoolLeft: hasPool && !isPoolWanted,
  };
}

type Pair = { readonly claim: string; readonly address: string };

function severalOf(rows: readonly Pair[], one: keyof Pair, others: keyof Pair): string[] {
  const found = new Map<string, Set<string>>();
  for (const row of rows) found.set(row[one], (found.get(row[one]) ?? new Set()).add(row[others]));
  return [...found].flatMap(([key, set]) => (set.size > 1 ? [`${key}: ${[...set].join(", ")}`] : []));
}

export function toldBy({
  kind,
  outputs,
}: Pick<Kept, "kind" | "outputs">): [string, { address: string; token: string }][] {
  const token = String(outputs.token ?? outputs.__token); // as the engine has it
  const row = (claim: unknown, address: unknown) => [String(claim), { address: String(address), token }] as const;
  if (kind === "preAllocation") return [[...row(outputs.claimName, outputs.address)]];
  if (kind === "ipClaim") return [[...row(outputs.name, outputs.address)]];
  const rows = (outputs.allocations ?? {}) as Record<string, { claimName: string; address: string }>;
  return Object.values(rows).map(({ claimName, address }) => [...row(claimName, address)]);
}
