/** `excludes` and `excludeReserved` take addresses off the offer. `allowReserved` leaves reserved ones on offer for pins. */
import { compilePool, type Pool, type PoolSpec, reservedSet, withoutAddresses } from "../../core/pool";
import type { AddressRange } from "../../core/range";
import { RangeSet } from "../../core/range-set";
import { canonicalJson } from "../arguments";
import type { Properties } from "../handler";

export interface Keeping {
  readonly excludes?: readonly AddressRange[] | undefined;
  readonly excludeReserved?: boolean | undefined;
  readonly allowReserved?: boolean | undefined;
  /** Whether DNS servers are excluded as well. A hidden input: see `excludesDns`. */
  readonly excludesDns?: boolean | undefined;
}

/**
 * The pool that is left, in entries that the controller obeys. Metal3 obeys a pre-allocation only inside of an entry, and
 * uses entries up in their order. So with both flags the reserved addresses are entries of their own, at the end.
 */
export function compiledPool(written: PoolSpec, keeping: Keeping): Pool {
  const { excludeReserved, allowReserved, excludesDns = false } = keeping;
  const excluded = RangeSet.of(keeping.excludes ?? []);
  const reserved = excludeReserved ? reservedSet(written, { withDnsServers: excludesDns }) : RangeSet.empty;
  if (excluded.isEmpty && reserved.isEmpty) return compilePool(written);
  const left = withoutAddresses(written, excluded.union(reserved));
  if (!allowReserved || reserved.isEmpty) return compilePool(left);
  const forPins = reserved.subtract(excluded);
  const last = withoutAddresses(written, compilePool(written).addresses.subtract(forPins));
  return compilePool({ ...left, entries: [...left.entries, ...last.entries] });
}

/**
 * Earlier versions left DNS servers on offer. A pool of theirs continues so, with a warning, until the program changes
 * `excludeReserved` or the DNS servers. No host may lose its address by an upgrade. `before`: the inputs in state.
 */
export function excludesDns(
  written: PoolSpec,
  said: Properties & Keeping,
  before: (Properties & Keeping) | undefined,
): boolean {
  if (!said.excludeReserved) return false;
  if (!before?.excludeReserved || before.excludesDns) return true;
  const isSaidAnew = canonicalJson(dnsServersIn(said)) !== canonicalJson(dnsServersIn(before));
  return isSaidAnew || reservedSet(written).subtract(reservedSet(written, { withDnsServers: false })).isEmpty;
}

function dnsServersIn({ dnsServers, pools }: Properties): unknown[] {
  const entries = Array.isArray(pools) ? pools : [];
  return [dnsServers, ...entries.map((entry: Properties) => entry.dnsServers)].filter((one) => one !== undefined);
}
