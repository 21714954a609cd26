/** The preAllocations that a pool declares itself: promises like all others. */
import type { Address } from "../../core/address";
import type { ManagedPool } from "../../ipam/ipam";
import { storedAddress } from "../allocation";
import type * as life from "../handler";
import { type Pin, reservedPins } from "../reserved-pins";
import type { PoolArguments } from "./pool-arguments";

/** `olds`: the inputs in state. */
export async function checkEntries(
  managed: ManagedPool,
  owner: life.ResourceOwner,
  args: PoolArguments,
  olds: life.Properties | undefined,
): Promise<Pick<life.CheckResponse, "failures" | "warnings">> {
  const by = { ...owner, kind: "IPPool" as const, adopt: args.adopt ?? false };
  const before = entriesIn(olds ?? {});
  const failures: life.CheckFailure[] = [];
  const pins = Object.entries(args.preAllocations ?? {}).map(([claim, address]): Pin => {
    return { claim, address, path: ["preAllocations", claim] };
  });
  const listed = new Set(pins.map(({ claim }) => claim));
  for (const { claim, address: pin, path } of pins) {
    const reasons = await managed.declareEntry({ claim, by, promised: before.get(claim), pin, listed });
    failures.push(...reasons.map((reason) => ({ path, reason })));
  }
  for (const claim of before.keys()) if (!listed.has(claim)) managed.view.declarations.dropEntry(claim);
  const reserved = reservedPins(managed.view, pins, before);
  return { failures: [...failures, ...reserved.failures], warnings: reserved.warnings };
}

/** What inputs or outputs say of them. */
export function entriesIn(properties: life.Properties): Map<string, Address> {
  const entries = Object.entries((properties.preAllocations ?? {}) as Record<string, unknown>);
  return new Map(
    entries.flatMap(([claim, text]): [string, Address][] => {
      const address = storedAddress(text);
      return address ? [[claim, address]] : [];
    }),
  );
}
