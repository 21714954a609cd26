/** Metal3 chooses a random address by its index in an entry, and refuses an entry with more indexes than it can count. */
import type { PoolEntry, PoolSpec } from "../../core/pool";
import { formatRange, formatSubnet, rangeSize, subnetRange } from "../../core/range";
import type { CheckFailure, Properties } from "../handler";
import { compiledPool } from "./kept-back";
import { argumentsOf, type PoolArguments, writtenSpec } from "./pool-arguments";
import { entryWording } from "./wording";

/** Go's largest `int`. Source: GetPoolSize in ip-address-manager 1.14, api/v1alpha1/utils.go. */
const LARGEST = 2n ** 63n - 1n;

/** Faults of new entries. If state already has such a pool (in a folder), they are `reasons` for warnings. */
export function uncountableEntries(
  written: PoolSpec,
  args: PoolArguments,
  olds: Properties | undefined,
): { readonly failures: readonly CheckFailure[]; readonly reasons: readonly string[] } {
  const found = uncountableIn(written, args);
  const before = olds && argumentsOf(olds);
  const stated = before && writtenSpec(before);
  if (!stated || uncountableIn(stated, before).length === 0) return { failures: found, reasons: [] };
  return { failures: [], reasons: found.map(({ reason }) => reason) };
}

/** Judges the entries as they are stored, where `excludes` have split them. */
function uncountableIn(written: PoolSpec, args: PoolArguments): CheckFailure[] {
  if (args.allocationStrategy !== "random") return [];
  return compiledPool(written, args).spec.entries.flatMap((entry) => {
    const counted = countOf(entry);
    if (!counted || counted.size <= LARGEST) return [];
    const index = written.entries.indexOf(entry);
    const reason = entryWording.uncountable(counted.text, counted.size, LARGEST);
    return [{ path: index < 0 ? ["pools"] : ["pools", index], reason }];
  });
}

/** A subnet without `start` counts from its network address, even if host bits make the offer begin later. */
function countOf({ start, end, subnet }: PoolEntry): { text: string; size: bigint } | undefined {
  const last = end ?? (subnet && subnetRange(subnet).last);
  if (start && last) {
    const range = { first: start, last };
    return { text: formatRange(range), size: rangeSize(range) };
  }
  return subnet && { text: formatSubnet(subnet), size: rangeSize(subnetRange(subnet)) - 1n };
}
