/** How an IPPool goes with the pools around it. Two pools that share addresses would each hand them out. */
import type { Pool } from "../../core/pool";
import { formatRange } from "../../core/range";
import type { Ipam, NeighbourPool, PoolName } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { CheckFailure, Properties } from "../handler";
import type { PoolArguments } from "./pool-arguments";
import { poolBefore } from "./pool-holders";
import { meeting } from "./pool-rules";

/**
 * Pools of one namespace. `olds`: the inputs in state, of this very pool before it moves. An overlap that is in state already
 * is warned of where earlier versions did not see it.
 */
export async function overlaps(
  ipam: Ipam,
  name: PoolName,
  { pool, args, olds }: { pool: Pool; args: PoolArguments; olds: Properties | undefined },
): Promise<{ failures: CheckFailure[]; warnings: string[] }> {
  const failures: CheckFailure[] = [];
  const warnings: string[] = [];
  const before = olds && poolBefore(olds)?.addresses;
  const namePrefix = args.namePrefix ?? name.name;
  const isKept = (olds?.namePrefix ?? olds?.name) === namePrefix;
  for (const other of await ipam.neighbours(name.namespace)) {
    if (other.name === name.name || isSelf(other, olds)) continue;
    const shared = meeting(pool.addresses, other.pool.addresses);
    if (shared && other.namePrefix === namePrefix) {
      const reason = sharedNames(other, namePrefix, formatRange(shared));
      if (before && isKept && meeting(before, other.pool.addresses)) warnings.push(`namePrefix ${reason}`);
      else failures.push({ path: ["namePrefix"], reason });
    }
    if (args.allowOverlap) continue;
    if (shared) failures.push({ path: ["pools"], reason: wording.poolsMeet(pool, other, formatRange(shared)) });
    const dhcp = meeting(pool.addresses, other.dhcpRanges ?? []);
    if (dhcp && before && meeting(before, other.dhcpRanges ?? []))
      warnings.push(wording.dhcpMeets(pool, other, formatRange(dhcp)));
    else if (dhcp) failures.push({ path: ["pools"], reason: wording.dhcpMeets(pool, other, formatRange(dhcp)) });
    const ours = meeting(args.dhcpRanges ?? [], other.pool.addresses);
    if (ours) failures.push({ path: ["dhcpRanges"], reason: wording.ownDhcpMeets(other, formatRange(ours)) });
  }
  return { failures, warnings };
}

/** Pools of other namespaces may serve another network. */
export async function foreignWarnings(
  ipam: Ipam,
  name: PoolName,
  pool: Pool,
  olds: Properties | undefined,
): Promise<string[]> {
  return (await ipam.foreignPools(name.namespace)).flatMap((other) => {
    if (isSelf(other, olds)) return [];
    const shared = meeting(pool.addresses, other.pool.addresses);
    return shared ? [wording.meetsElsewhere(name, other, formatRange(shared))] : [];
  });
}

function isSelf(other: NeighbourPool, olds: Properties | undefined): boolean {
  return olds?.name === other.name && olds.namespace === other.namespace;
}

function sharedNames({ namespace, name }: PoolName, prefix: string, shared: string): string {
  return (
    `"${prefix}" is that of IPPool ${namespace}/${name} as well, and both have ${shared}: their IPAddress objects would have one ` +
    "name, and only one of the two pools could give such an address; choose another `namePrefix`, or make the pools disjoint"
  );
}
