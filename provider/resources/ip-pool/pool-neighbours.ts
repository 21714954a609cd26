/** Overlaps with other pools. Two pools that share addresses would each give them out. */
import type { Pool } from "../../core/pool";
import { formatRange } from "../../core/range";
import type { Ipam, NeighbourPool, PoolName } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { CheckResponse, Properties } from "../handler";
import { blamedForOffer } from "./blame";
import { argumentsOf, type PoolArguments } from "./pool-arguments";
import { poolBefore } from "./pool-holders";
import { sharedRange } from "./pool-rules";
import { poolWording } from "./wording";

type Told = Pick<CheckResponse, "failures" | "warnings">;

/**
 * Overlaps in one namespace. `olds`: the inputs in state, also those of a pool that is renamed or moved. If state already
 * has the overlap and `allowOverlap` is unchanged, another pool has changed. Then it is a warning here.
 */
export async function overlaps(
  ipam: Ipam,
  name: PoolName,
  { pool, args, olds }: { pool: Pool; args: PoolArguments; olds: Properties | undefined },
): Promise<Told> {
  const before = olds && { ...argumentsOf(olds), addresses: poolBefore(olds)?.addresses ?? [] };
  const isAllowedAsBefore = before !== undefined && (before.allowOverlap ?? false) === (args.allowOverlap ?? false);
  const told: { failures: Told["failures"][number][]; warnings: string[] } = { failures: [], warnings: [] };
  const tell = (isKnown: boolean, path: Told["failures"][number]["path"], reason: string) => {
    if (isKnown) told.warnings.push(`IPPool ${name.namespace}/${name.name}: ${reason}`);
    else told.failures.push({ path, reason });
  };
  const namePrefix = args.namePrefix ?? name.name;
  const isNamedAsBefore = before !== undefined && (before.namePrefix ?? before.name) === namePrefix;
  // An unreadable neighbour does not stop a check with `allowOverlap`.
  const others = ipam.neighbours(name.namespace);
  for (const other of await (args.allowOverlap ? others.catch(() => []) : others)) {
    if (other.name === name.name || isSelf(other, olds)) continue;
    const theirs = other.pool.addresses;
    const shared = sharedRange(pool.addresses, theirs);
    const wasShared = before !== undefined && sharedRange(before.addresses, theirs) !== undefined;
    if (shared && other.namePrefix === namePrefix)
      tell(
        wasShared && isNamedAsBefore,
        ["namePrefix"],
        poolWording.sharedNames(other, namePrefix, formatRange(shared)),
      );
    if (args.allowOverlap) continue;
    const path = blamedForOffer(args, olds);
    if (shared) tell(wasShared && isAllowedAsBefore, path, wording.poolsMeet(pool, other, formatRange(shared)));
    const dhcp = sharedRange(pool.addresses, other.dhcpRanges ?? []);
    const wasDhcp = before !== undefined && sharedRange(before.addresses, other.dhcpRanges ?? []) !== undefined;
    if (dhcp) tell(wasDhcp && isAllowedAsBefore, path, wording.dhcpMeets(pool, other, formatRange(dhcp)));
    const ours = sharedRange(args.dhcpRanges ?? [], theirs);
    const wasOurs = sharedRange(before?.dhcpRanges ?? [], theirs) !== undefined;
    if (ours) tell(wasOurs && isAllowedAsBefore, ["dhcpRanges"], wording.ownDhcpMeets(other, formatRange(ours)));
  }
  return told;
}

/** Warnings only: pools of other namespaces may serve another network. */
export async function foreignWarnings(
  ipam: Ipam,
  name: PoolName,
  pool: Pool,
  olds: Properties | undefined,
): Promise<string[]> {
  return (await ipam.foreignPools(name.namespace)).flatMap((other) => {
    if (isSelf(other, olds)) return [];
    const shared = sharedRange(pool.addresses, other.pool.addresses);
    return shared ? [wording.meetsElsewhere(name, other, formatRange(shared))] : [];
  });
}

function isSelf(other: NeighbourPool, olds: Properties | undefined): boolean {
  return olds?.name === other.name && olds.namespace === other.namespace;
}
