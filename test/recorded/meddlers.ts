/** Changes of other users in the store between two updates. */
import type { Kind } from "../../provider/api/kinds";
import type { Manifest } from "../../provider/api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { hostsClaim } from "../resources/declare";

const acts = {
  "edit an entry": (store: Store, which: number) => editEntry(store, which, true),
  "remove an entry": (store: Store, which: number) => editEntry(store, which, false),
  "add an entry": addEntry,
  "remove a lock": (store: Store, which: number) => removeOne(store, IP_ADDRESS, which),
  "remove a claim": (store: Store, which: number) => removeOne(store, IP_CLAIM, which),
  "remove a pool": (store: Store, which: number) => removeOne(store, IP_POOL, which),
  "provision a host": provision,
  "edit a pool": editPool,
};

export interface Meddling {
  readonly what: keyof typeof acts;
  /** One of the existing objects, by name. The number wraps around. */
  readonly which: number;
}

/** Likely ones are more often in the list. */
export const MEDDLINGS: readonly Meddling["what"][] = [
  ...(["edit an entry", "edit an entry", "remove an entry", "add an entry", "remove a lock", "remove a lock"] as const),
  ...(["remove a claim", "remove a pool", "provision a host", "edit a pool"] as const),
];

/** Describes the change. undefined: there is no such object. */
export async function meddle(store: Store, { what, which }: Meddling): Promise<string | undefined> {
  return acts[what](store, which);
}

async function one(store: Store, kind: Kind, which: number): Promise<Manifest | undefined> {
  const found = await store.list(kind, "metal3");
  const sorted = found.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return sorted[which % sorted.length];
}

const keyOf = ({ metadata: { name } }: Manifest) => ({ namespace: "metal3", name });
const specOf = (pool: Manifest) =>
  pool.spec as { preAllocations?: Record<string, string>; pools: { start: string; end?: string }[] };

async function editEntry(store: Store, which: number, isKept: boolean): Promise<string | undefined> {
  const pool = await one(store, IP_POOL, which);
  const { preAllocations = {}, pools } = pool ? specOf(pool) : { pools: [] };
  const claims = Object.keys(preAllocations).sort();
  const claim = claims[which % claims.length];
  if (!pool || claim === undefined) return undefined;
  const address = isKept ? (pools[0]?.end ?? pools[0]?.start) : null;
  await store.patch(IP_POOL, keyOf(pool), { spec: { preAllocations: { [claim]: address ?? null } } });
  return `${claim} ${address}`;
}

async function addEntry(store: Store, which: number): Promise<string | undefined> {
  const pool = await one(store, IP_POOL, which);
  if (!pool) return undefined;
  const address = specOf(pool).pools[0]?.start ?? null;
  await store.patch(IP_POOL, keyOf(pool), { spec: { preAllocations: { foreign: address } } });
  return `foreign ${address}`;
}

async function removeOne(store: Store, kind: Kind, which: number): Promise<string | undefined> {
  const found = await one(store, kind, which);
  if (found) await store.remove(kind, keyOf(found));
  return found?.metadata.name;
}

/** The claim of CAPM3, which the controller has not served yet. */
async function provision(store: Store, which: number): Promise<string | undefined> {
  const lock = await one(store, IP_ADDRESS, which);
  if (!lock) return undefined;
  const { claim: of, pool } = lock.spec as { claim: { name: string }; pool: object };
  const claim = of.name;
  if (await store.get(IP_CLAIM, { namespace: "metal3", name: claim })) return undefined;
  await store.create(IP_CLAIM, { ...hostsClaim(claim), spec: { pool } });
  return claim;
}

async function editPool(store: Store, which: number): Promise<string | undefined> {
  const pool = await one(store, IP_POOL, which);
  if (!pool) return undefined;
  const [first, ...others] = specOf(pool).pools;
  const shortened = { ...first, end: first?.start };
  await store.patch(IP_POOL, keyOf(pool), { spec: { pools: [shortened, ...others], prefix: 20 } });
  return pool.metadata.name;
}
