/** The outputs of a set, host by host: written, and read out of state. */
import type { Address } from "../../core/address";
import type { PoolView } from "../../ipam/pool/pool-view";
import { type AllocationText, storedAddress } from "../allocation";
import { changedProperties } from "../arguments";
import type { Properties } from "../handler";
import { liveAllocation } from "./live-allocation";
import type { Member, SetArguments } from "./set-promise";

export interface Row extends Partial<AllocationText> {
  readonly claimName: string;
}

export type AllocationRow = readonly [Pick<Member, "host" | "claimName">, AllocationText | undefined];

/** `addresses` and `allocations`; for a list that is not known whole, the old ones known and the new ones not. */
export function rowsText(rows: readonly AllocationRow[], partly: SetArguments | undefined) {
  if (partly && rows.length === 0) return {};
  const unknown = partly ? partly.unknownRows(new Set(rows.map(([member]) => member.host))) : {};
  const addresses = Object.fromEntries(rows.flatMap(([member, row]) => (row ? [[member.host, row.address]] : [])));
  const allocations = Object.fromEntries(rows.map(([{ host, claimName }, row]) => [host, { claimName, ...row }]));
  return { addresses: { ...addresses, ...unknown }, allocations: { ...allocations, ...unknown } };
}

export function rowsIn(properties: Properties): Record<string, Row> {
  const { allocations } = properties;
  if (typeof allocations !== "object" || allocations === null) return {};
  return Object.fromEntries(Object.entries(allocations).filter(([, row]) => typeof row === "object" && row !== null));
}

/** claim → address, as inputs or state say it; undefined where a refresh found nothing. */
export function statedIn(properties: Properties): Map<string, Address | undefined> {
  return new Map(Object.values(rowsIn(properties)).map((row) => [row.claimName, storedAddress(row.address)]));
}

/** A host whose entry is gone keeps its row, without an address: it is still the set's, and to be restored. */
export function liveRow(
  view: PoolView,
  [host, { claimName }]: readonly [string, Row],
  promises?: Promises,
): AllocationRow {
  return [{ host, claimName }, liveAllocation(view, claimName, promises?.get(claimName))];
}

/** Inputs with the rows of all hosts: of a list that was not known whole, only create knew those of the new ones. */
export function promisedRows(inputs: Properties, state: Properties): Properties {
  const rows = (name: "addresses" | "allocations") => ({ ...(state[name] as object), ...(inputs[name] as object) });
  return { ...inputs, addresses: rows("addresses"), allocations: rows("allocations") };
}

interface Promised {
  readonly host: string;
  readonly address: Address;
  readonly network: object;
}

/** By claim. */
export type Promises = ReadonlyMap<string, Promised>;

/** The promise of state, with its network, if the set is still of the same pool. */
export function promisesIn(olds: Properties | undefined, set: Pick<SetArguments, "name" | "namespace">): Promises {
  const promises = new Map<string, Promised>();
  if (
    !olds ||
    changedProperties(olds, { pool: set.name, namespace: set.namespace }, ["pool", "namespace"]).length > 0
  ) {
    return promises;
  }
  for (const [host, { claimName, address, ...network }] of Object.entries(rowsIn(olds))) {
    const parsed = storedAddress(address);
    if (parsed) promises.set(claimName, { host, address: parsed, network });
  }
  return promises;
}
