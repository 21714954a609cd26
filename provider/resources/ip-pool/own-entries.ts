/** The preAllocations that the IPPool resource itself declares. They are promises like all others. */
import type { Address } from "../../core/address";
import { type Declarer, type ManagedPool, poolsEntries } from "../../ipam/ipam";
import { storedAddress } from "../allocation";
import type * as life from "../handler";
import { type Pin, reservedPins } from "../reserved-pins";
import type { PoolArguments } from "./pool-arguments";

/** `olds`: the inputs in state. */
export async function checkEntries(
  managed: ManagedPool,
  by: Declarer,
  args: PoolArguments,
  olds: life.Properties | undefined,
): Promise<Pick<life.CheckResponse, "failures" | "warnings">> {
  const before = entriesIn(olds ?? {});
  const pins = Object.entries(args.preAllocations ?? {}).map(([claim, address]): Pin => {
    return { claim, address, path: ["preAllocations", claim] };
  });
  const faults = await managed.declareEntries(
    by,
    pins.map(({ claim, address: pin }) => ({ claim, by, promised: before.get(claim), pin })),
  );
  const failures = pins.flatMap(({ claim, path }) => (faults.get(claim) ?? []).map((reason) => ({ path, reason })));
  // State does not know an entry that a killed run wrote.
  const had = new Set([...before.keys(), ...(olds ? poolsEntries(managed.view).keys() : [])]);
  for (const claim of had) if (args.preAllocations?.[claim] === undefined) managed.view.declarations.dropEntry(claim);
  const reserved = reservedPins(managed.view, pins, before);
  return { failures: [...failures, ...reserved.failures], warnings: reserved.warnings };
}

/** The entries in inputs or outputs. */
export function entriesIn(properties: life.Properties): Map<string, Address> {
  const entries = Object.entries((properties.preAllocations ?? {}) as Record<string, unknown>);
  return new Map(
    entries.flatMap(([claim, text]): [string, Address][] => {
      const address = storedAddress(text);
      return address ? [[claim, address]] : [];
    }),
  );
}
