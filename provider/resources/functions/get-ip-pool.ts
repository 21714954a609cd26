/**
 * getIPPool: the current pool and its holders. A pool that this program declares and has not created yet is shown as
 * planned, so that the first preview of a stack has an answer. A plan does not hide what exists.
 */
import { entriesText, networkText } from "../../api/metal3/ip-pool";
import { type Address, formatAddress } from "../../core/address";
import { capacityOnWire } from "../../core/pool";
import type { Ipam, PoolView } from "../../ipam/ipam";
import { present } from "../arguments";
import type * as life from "../handler";
import type { FunctionRow } from "../row";
import { getIPPoolResult, getIPPoolShape } from "./get-ip-pool-arguments";
import { holderProperties, isOfIPClaim, type ToldHolder } from "./holder";
import { allHolders, orphansAmong } from "./holders";
import { knownPool, readQuestion } from "./question";

export class GetIPPool implements life.FunctionHandler {
  readonly kind = "getIPPool";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async invoke(asked: life.Properties): Promise<life.InvokeResponse> {
    const { args, failures } = readQuestion(getIPPoolShape, asked);
    const { name, namespace = this.defaultNamespace } = args;
    if (failures.length > 0 || name === undefined) return { result: {}, failures };
    const { pool: managed, known } = await knownPool(this.ipam, { namespace, name });
    const { view } = managed;
    const holders = await allHolders(managed);
    const orphans = await orphansAmong(managed, holders);
    const { pool, namePrefix, clusterName } = known;
    const used = holders.filter(({ address }) => pool.addresses.contains(address)).length;
    const result = present({
      name,
      namespace,
      namePrefix,
      clusterName,
      pools: entriesText(pool.spec),
      ...networkText(pool.spec),
      preAllocations: entriesOf(view, holders),
      paused: view.pausedBy !== undefined,
      capacity: capacityOnWire(pool.capacity),
      used,
      free: capacityOnWire(pool.capacity - BigInt(used)),
      holders: holders.map(holderProperties),
      orphans: orphans.map(holderProperties),
    });
    return { result, failures: [] };
  }
}

/**
 * The stored entries, and those that this run has promised. They are sorted, because the order in a manifest is arbitrary.
 */
function entriesOf(view: PoolView, holders: readonly ToldHolder[]): Record<string, string> {
  const planned = holders.flatMap(({ by, claim, address }): [string, Address][] =>
    by === "plan" && claim !== undefined && !isOfIPClaim(view, claim) ? [[claim, address]] : [],
  );
  const entries = [...(view.pool?.preAllocations ?? []), ...planned].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([claim, address]) => [claim, formatAddress(address)]));
}

export const getIPPool = {
  kind: "getIPPool",
  description:
    "Tells what a pool offers, who holds its addresses, how many are free, and which reservations are orphaned.\n\nThe answer includes what this program plans to create. The call fails at once if the pool does not exist and this program has not declared it before.",
  inputs: getIPPoolShape,
  outputs: getIPPoolResult,
  open: (ipam, defaultNamespace) => new GetIPPool(ipam, defaultNamespace),
} as const satisfies FunctionRow;
