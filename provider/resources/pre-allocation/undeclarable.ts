/** Entries that somebody has written by hand and that no program could declare: check would refuse them. */
import { isObjectName } from "../../api/names";
import { formatAddress, sameAddress } from "../../core/address";
import { holderText, type PoolName, type PoolView } from "../../ipam/ipam";
import { storedAddress } from "../allocation";
import { importedAllocation } from "./live-allocation";

/** Why no program could declare the claim as it is; undefined where one could. `claims`: those that go with it. */
export function undeclarable(view: PoolView, claim: string, claims: ReadonlySet<string>): string | undefined {
  const address = storedAddress(importedAllocation(view, claim)?.address);
  if (!address) return undefined;
  const named = `${JSON.stringify(claim)} (${formatAddress(address)})`;
  if (!isObjectName(claim)) return `${named} is no name of a claim`;
  if (view.pool && !view.pool.pool.addresses.contains(address)) return `${named} is outside of the pool`;
  // One resource can give the address of one of its claims to another of them, but not one address to two.
  const other = view.othersAt(address, claim).find(({ claim: theirs = "" }) => {
    const entry = claims.has(theirs) ? view.entryOf(theirs) : undefined;
    return entry === undefined || sameAddress(entry, address);
  });
  return other && `${named} is held by ${holderText(view.name, other)}`;
}

/** Those that a program could declare, and why not the others. */
export function declarable(view: PoolView, claims: readonly string[]): { claims: string[]; leftOut: string[] } {
  const all = new Set(claims);
  const judged = claims.map((claim) => ({ claim, reason: undeclarable(view, claim, all) }));
  return {
    claims: judged.filter(({ reason }) => reason === undefined).map(({ claim }) => claim),
    leftOut: judged.flatMap(({ reason }) => reason ?? []),
  };
}

const entriesOf = ({ namespace, name }: PoolName, reasons: readonly string[]) =>
  [`entries of IPPool ${namespace}/${name}`, reasons.join("; ")] as const;

/** Of an import of all entries. */
export function leftOutText(pool: PoolName, leftOut: readonly string[]): string {
  const [entries, reasons] = entriesOf(pool, leftOut);
  return `the import leaves out ${entries} that no program could declare: ${reasons}; they stay as they are, correct or remove them by hand`;
}

/** Of an import that is left with none. */
export function noneLeftText(pool: PoolName, leftOut: readonly string[]): string {
  const [entries, reasons] = entriesOf(pool, leftOut);
  return `there is nothing to import: no program could declare the ${entries}: ${reasons}; correct or remove them by hand`;
}

/** Of entries that an import has named. */
export function undeclarableText(pool: PoolName, named: readonly string[]): string {
  const [entries, reasons] = entriesOf(pool, named);
  return `no program could declare these ${entries}: ${reasons}; correct them by hand, or leave them out of the program, and the next update frees them`;
}
