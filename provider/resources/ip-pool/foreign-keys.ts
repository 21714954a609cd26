/** Warns of keys of `preAllocations` that name another pool: copied from one, or from Metal3's page on IP reuse. */

import { hostClaimName, hostOfClaim } from "../../api/metal3/host-claim";
import type { Ipam, ManagedPool } from "../../ipam/ipam";
import { poolWording } from "./wording";

/** CAPM3 asks for `<host>-<pool>`. A key that an IPClaim of the same name asks for is fine. */
export async function foreignKeyWarnings(ipam: Ipam, pool: ManagedPool, keys: readonly string[]): Promise<string[]> {
  const { namespace, name } = pool.name;
  const foreign = keys.filter((key) => hostOfClaim(key, name) === undefined && key.includes("-"));
  if (foreign.length === 0) return [];
  const others = (await ipam.neighbours(namespace)).map((other) => other.name).filter((other) => other !== name);
  const found = foreign.flatMap((key) => {
    const host = hostBefore(key, others);
    return host === undefined || pool.view.declarations.ipClaim(key) ? [] : [{ key, host }];
  });
  const isAsked = await Promise.all(found.map(({ key }) => pool.claim(key)));
  const [first, ...rest] = found.filter((_, index) => isAsked[index] === undefined);
  if (!first) return [];
  const named = [first, ...rest].map(({ key }) => key);
  return [poolWording.foreignKeys(pool.name, named, hostClaimName(first.host, name))];
}

/** The part before the name of another pool, or before an ending that contains "pool". */
function hostBefore(key: string, pools: readonly string[]): string | undefined {
  const known = pools.map((pool) => hostOfClaim(key, pool)).find((host) => host !== undefined);
  return known ?? /^(.+)-[^-]*pool[^-]*$/.exec(key)?.[1];
}
