/** Writes and reads the outputs of a set, host by host. */
import { present } from "../arguments";
import type { Properties } from "../handler";
import type { Row } from "./rows";

/** The outputs `addresses` and `allocations`. `unknownRows`: the rows of new members if the list is partly unknown. */
export function rowsText(rows: readonly Row[], unknownRows?: (known: ReadonlySet<string>) => Properties): Properties {
  if (unknownRows && rows.length === 0) return {};
  const unknown = unknownRows?.(new Set(rows.map(({ host }) => host)));
  const addresses = rows.flatMap(({ host, address }) => (address === undefined ? [] : [[host, address] as const]));
  const allocations = rows.map(({ host, ...row }) => [host, present(row)] as const);
  return {
    addresses: { ...Object.fromEntries(addresses), ...unknown },
    allocations: { ...Object.fromEntries(allocations), ...unknown },
  };
}

export function setRows({ allocations }: Properties): Row[] {
  if (typeof allocations !== "object" || allocations === null) return [];
  return Object.entries(allocations).flatMap(([host, row]) =>
    typeof row === "object" && row !== null ? [{ ...row, host }] : [],
  );
}
