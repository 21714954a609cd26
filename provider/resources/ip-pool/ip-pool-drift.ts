import { entriesText, type NetworkText, networkText } from "../../api/ip-pool";
import { claimDrift, differences, goneLine } from "../../ipam/ledger/drift";
import type { Ledger } from "../../ipam/ledger/ledger";
import { readArguments } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type { Properties } from "../handler";
import { poolManifest } from "./ip-pool-manifest";
import { poolShape } from "./pool-arguments";

/** Where a pool differs from what was last set: the fields and metadata that the program declares, and its entries. */
export function poolDrift(ledger: Ledger, olds: Properties): string[] {
  const live = ledger.pool;
  const { namespace, name } = ledger.name;
  if (!live) return [goneLine("IPPool", namespace, name)];
  const { capacity: _capacity, drift: _drift, ...said } = olds;
  const { args } = readArguments(poolShape, said);
  const lastSet = poolManifest({ ...args, namespace }, undefined);
  if (!lastSet) return [];
  const stored = live.object;
  const { spec } = live.pool;
  const liveSpec: NetworkText & Record<string, unknown> = {
    ...networkText(spec),
    pools: entriesText(spec),
    namePrefix: live.namePrefix,
    clusterName: live.clusterName,
    allocationStrategy: (stored.spec as Record<string, unknown>).allocationStrategy,
  };
  const fields = Object.entries(lastSet.spec as Record<string, unknown>);
  const lines = fields.flatMap(([field, value]) => differences(stored, ["spec", field], liveSpec[field], value));
  const entries = Object.entries(args.preAllocations ?? {}).flatMap(([claim, address]) =>
    claimDrift(ledger, claim, { address }, true),
  );
  const since = stored.metadata.deletionTimestamp;
  return [
    ...(since === undefined
      ? []
      : [
          `IPPool ${namespace}/${name}: being deleted since ${since}; an update makes it anew, with the same addresses`,
        ]),
    ...lines.map((line) => `IPPool ${namespace}/${name} ${line}`),
    ...metadataDrift("IPPool", stored, lastSet),
    ...entries,
  ];
}
