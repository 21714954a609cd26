/** How an IPPool goes with the pools around it. Two pools that share addresses would each hand them out. */
import type { Pool } from "../../core/pool";
import { formatRange } from "../../core/range";
import type { Ipam, NeighbourPool, PoolName } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { CheckFailure, Properties } from "../handler";
import type { PoolArguments } from "./pool-arguments";
import { meeting } from "./pool-rules";

/** Pools of one namespace. `olds`: where this very pool was before it moves. */
export async function overlapFailures(
  ipam: Ipam,
  name: PoolName,
  { pool, args, olds }: { pool: Pool; args: PoolArguments; olds: Properties | undefined },
): Promise<CheckFailure[]> {
  const failures: CheckFailure[] = [];
  for (const other of await ipam.neighbours(name.namespace)) {
    if (other.name === name.name || isSelf(other, olds)) continue;
    const shared = meeting(pool.addresses, other.pool.addresses);
    if (shared) failures.push({ path: ["pools"], reason: wording.poolsMeet(pool, other, formatRange(shared)) });
    const dhcp = meeting(pool.addresses, other.dhcpRanges ?? []);
    if (dhcp) failures.push({ path: ["pools"], reason: wording.dhcpMeets(pool, other, formatRange(dhcp)) });
    const ours = meeting(args.dhcpRanges ?? [], other.pool.addresses);
    if (ours) failures.push({ path: ["dhcpRanges"], reason: wording.ownDhcpMeets(other, formatRange(ours)) });
  }
  return failures;
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
