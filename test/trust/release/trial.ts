/**
 * One trial of claim 7. A stack holds a host's address, and releases it by its state, which is old by then: the
 * address is given again by another stack, by another run of the same, or after a user has removed everything by hand. Chance
 * decides how the two mix. The address that the second got must still be there in the end.
 */

import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import { isStoreError, type Store, type Stored } from "../../../provider/store/store";
import { claim, host, hosts } from "../../resources/declare";
import type { Declared, Stack } from "../../resources/program";
import { Turns } from "./turns";

/** The place of a trial: its own pool with ten addresses. */
export interface Ground {
  readonly store: Store;
  readonly pool: Declared;
  /** An address that the pool offers. */
  readonly address: string;
  stack(store: Store, name: string): Stack;
}

export interface Outcome {
  /** What was done: `set, adopt`. */
  readonly what: string;
  /** Whether the second got the address during the release of the first. */
  readonly isGiven: boolean;
  /** The missing objects of the second: the release freed what belonged to another. */
  readonly foreign: readonly string[];
}

const KINDS = ["host", "set", "claim"] as const;
const WAYS = ["adopt", "again", "hand"] as const;

export async function trial({ store, pool, address, stack }: Ground, random: () => number): Promise<Outcome> {
  const pick = <One>(choices: readonly One[]): One => choices[Math.floor(random() * choices.length)]!;
  const kind = pick(KINDS);
  const way = pick(kind === "claim" ? WAYS.slice(1) : WAYS);
  await stack(store, "metal/pool").update([pool]);
  const [net, namespace] = [pool.as, String(pool.args.namespace)];
  const first = stack(store, "metal/first");
  await first.update([declared(kind, net, "a", address)]);
  if (way === "hand") await removeByHand(store, namespace, net, address);

  const turns = new Turns(random);
  const old = first.over(turns.store(store));
  const second = stack(turns.store(store), way === "again" ? "metal/first" : "metal/second");
  const taker = way === "hand" ? declared(pick(KINDS), net, "b", address) : declared(kind, net, "a", address, way);
  const [, given] = await turns.run([() => old.update([]), () => second.update([taker])]);
  const isGiven = given?.status === "fulfilled";
  const foreign = isGiven ? await missing(store, second, taker, namespace, net, address) : [];
  return { what: `${kind}, ${way}`, isGiven, foreign };
}

function declared(kind: (typeof KINDS)[number], pool: string, name: string, address: string, way = ""): Declared {
  const adopt = way === "adopt" ? { adopt: true } : {};
  if (kind === "host") return host(name, { pool, address, ...adopt });
  if (kind === "set") return hosts([name], { pool, pins: { [name]: address }, ...adopt });
  return claim(`${name}-${pool}`, { pool, address });
}

/** Removes all objects of the address, as with `kubectl delete` and an editor. */
async function removeByHand(store: Store, namespace: string, net: string, address: string): Promise<void> {
  const gone = { namespace, name: `a-${net}` };
  // A controller may have been faster.
  const remove = (...[kind, key]: Parameters<Store["remove"]>) =>
    store.remove(kind, key).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
  await remove(IP_CLAIM, gone);
  for (const kind of kindsOf(store)) await remove(kind, { namespace, name: lockName(net, address) });
  await store.patch(IP_POOL, { namespace, name: net }, { spec: { preAllocations: { [gone.name]: null } } });
}

/** The objects of the second that are missing, or belong to another. */
async function missing(
  store: Store,
  second: Stack,
  taker: Declared,
  namespace: string,
  net: string,
  address: string,
): Promise<string[]> {
  const { token } = second.outputs(taker.as);
  const faults: string[] = [];
  const look = (what: string, stored: Stored | undefined) => {
    const marked = stored?.metadata.annotations?.["pulumi-metal3-ipam/token"];
    if (marked !== token) faults.push(`${what}: ${stored ? `token ${String(marked)}` : "gone"}, not ${String(token)}`);
  };
  for (const kind of kindsOf(store)) {
    look(`IPAddress of ${kind.group}`, await store.get(kind, { namespace, name: lockName(net, address) }));
  }
  if (taker.kind === "ipClaim") {
    look("IPClaim", await store.get(IP_CLAIM, { namespace, name: String(taker.args.name) }));
  } else {
    const stored = await store.get(IP_POOL, { namespace, name: net });
    const { preAllocations = {} } = (stored?.spec ?? {}) as { preAllocations?: Record<string, string> };
    const name = taker.kind === "preAllocation" ? taker.args.host : (taker.args.hosts as string[])[0];
    const entry = preAllocations[`${String(name)}-${net}`];
    if (entry !== address) faults.push(`entry: ${String(entry)}, not ${address}`);
  }
  return faults;
}

function kindsOf({ apiServer }: Store) {
  return apiServer ? [IP_ADDRESS, CAPI_IP_ADDRESS] : [IP_ADDRESS];
}

function lockName(net: string, address: string): string {
  return `${net}-${address.replaceAll(".", "-")}`;
}
