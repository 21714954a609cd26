/** Entries written by hand that a program cannot declare, because check would refuse them. */
import { isObjectName } from "../../api/names";
import { formatAddress, sameAddress } from "../../core/address";
import { holderText, type PoolView } from "../../ipam/ipam";
import { storedAddress } from "../allocation";
import { importedAllocation } from "./live-allocation";
import { importWording } from "./wording";

/** Why a program cannot declare the claim as it is. Undefined if it can. `claims`: all claims of the same import. */
export function undeclarable(view: PoolView, claim: string, claims: ReadonlySet<string>): string | undefined {
  const address = storedAddress(importedAllocation(view, claim)?.address);
  if (!address) return undefined;
  const named = `${JSON.stringify(claim)} (${formatAddress(address)})`;
  if (!isObjectName(claim)) return importWording.badName(named);
  if (view.pool && !view.pool.pool.addresses.contains(address)) return importWording.outside(named);
  // One resource can move an address between its claims, but it cannot give one address to two of them.
  const other = view.othersAt(address, claim).find(({ claim: theirs = "" }) => {
    const entry = claims.has(theirs) ? view.entryOf(theirs) : undefined;
    return entry === undefined || sameAddress(entry, address);
  });
  return other && importWording.heldBy(named, holderText(view.name, other));
}

/** Splits claims into those that a program can declare, and the reasons why it cannot declare the others. */
export function declarable(view: PoolView, claims: readonly string[]): { claims: string[]; leftOut: string[] } {
  const all = new Set(claims);
  const judged = claims.map((claim) => ({ claim, reason: undeclarable(view, claim, all) }));
  return {
    claims: judged.filter(({ reason }) => reason === undefined).map(({ claim }) => claim),
    leftOut: judged.flatMap(({ reason }) => reason ?? []),
  };
}
