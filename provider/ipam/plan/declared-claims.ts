/** A claim has one resource: in this program, and among all that share the pool. */

import { type ClaimKind, otherKindThan } from "../../api/claim";
import { type Address, sameAddress } from "../../core/address";
import type { Lock } from "../metal3/lock";
import { isOfStack, ownerText } from "../metal3/marks";
import { claimKindBy, type Declarer, declarerText } from "../metal3/owner";
import type { PoolView } from "../pool/pool-view";
import { wording } from "../wording";
import { poolsEntry } from "./pools-entry";

export interface DeclaredClaim {
  readonly claim: string;
  readonly by: Declarer;
  readonly promised: Address | undefined;
  readonly pin: Address | undefined;
  readonly entries: boolean;
}

/** Notes that the resource declares the claim, and returns its faults. */
export function declareClaim(view: PoolView, declared: DeclaredClaim): string[] {
  const { claim, by, promised, pin, entries } = declared;
  const { name } = view;
  const faults: string[] = [];
  const other = view.declarations.declare(claim, by, pin);
  if (other) faults.push(wording.declaredTwice(name, claim, declarerText(by), declarerText(other)));
  const locks = view.locksOf(claim);
  // State's promise is enough. The stack may have been renamed, or the controller may have created the lock for the host's
  // next life.
  const foreign = promised || by.adopt ? undefined : locks.find(({ marks }) => !isOfStack(marks, by));
  if (foreign) faults.push(wording.claimHeld(name, claim, foreign.address, ownerText(foreign.marks, by), entries));
  // Another resource of this stack has taken the claim over at another address, and state does not have that.
  const isElsewhere = ({ address, marks }: Lock) => {
    const isOthers = isOfStack(marks, by) && by.resource !== undefined && marks.resource !== by.resource;
    return isOthers && asked !== undefined && !sameAddress(address, asked);
  };
  const asked = pin ?? promised;
  const elsewhere = promised && entries && view.liveness.has(claim) ? locks.find(isElsewhere) : undefined;
  if (elsewhere && asked) faults.push(wording.addressInUse(name, claim, elsewhere.address, asked, elsewhere.claimKind));
  // A claim with a reserved address has priority, because the controller points a later IPAddressClaim at it. So only a new
  // claim conflicts.
  const isNew = promised === undefined && locks.length === 0;
  const namesake = isNew && view.holdersOf(claim).find((holder) => holder.by === "capi");
  if (namesake) faults.push(wording.claimOfBothGroups(name, claim, namesake.address));
  const kind = claimKindBy(by);
  const namesakeHere = by.kind !== "IPPool" && kind === "IPClaim" && view.declarations.addressClaim(claim);
  if (namesakeHere)
    faults.push(wording.addressClaimNamesake(name, claim, wording.declaredBy(declarerText(namesakeHere))));
  const otherKind = otherKindThan(kind);
  const isOurs = (lock: Lock, of: ClaimKind) => lock.claimKind === of && isOfStack(lock.marks, by);
  // A claim in state is not refused if a claim of the other kind appears later.
  const isChanged = promised
    ? locks.some((lock) => isOurs(lock, otherKind))
    : !locks.some((lock) => isOurs(lock, kind));
  if (isChanged && view.liveness.has(claim, otherKind))
    faults.push(wording.claimOfOtherKind(name, claim, otherKind, kind));
  const pools = by.kind === "IPClaim" ? poolsEntry(view, claim, by) : undefined;
  if (pools && asked && !sameAddress(pools, asked))
    faults.push(wording.claimHasEntry(name, claim, pools, asked, entries));
  const entry = pools ? undefined : view.entryOf(claim);
  // The entry moves together with a claim that state or a killed update holds. An IPClaim has no entry.
  const isOwnEntry = by.adopt || locks.length > 0 || (entries && promised !== undefined);
  if (pin && entry && !sameAddress(pin, entry) && !isOwnEntry)
    faults.push(wording.claimHasEntry(name, claim, entry, pin, entries));
  return faults;
}
