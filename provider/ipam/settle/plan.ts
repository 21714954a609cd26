/** What was shown, and what is given instead: never silently. */
import { type Address, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import { holdingText } from "../ledger/holdings";
import { listText, wording } from "../wording";
import type { Settlement } from "./settlement";

/** Throws where an earlier command has shown an address that a stranger holds by now: whoever said yes to it is asked again. */
export function refuseBrokenPlan({ ledger, wanted }: Settlement): void {
  const faults = [...wanted.keys()].flatMap((claim) => {
    const moved = ledger.moved.get(claim);
    const isBroken = moved?.kind === "taken" && !moved.isOwn;
    return isBroken ? [wording.planBroken(ledger.name, claim, moved.shown, moved.holder)] : [];
  });
  if (faults.length > 0) throw new IpamError("held", listText(faults, "; "));
}

/** Whose address is another one than was shown, or may have been shown elsewhere. */
export async function tellMoves(
  ipam: Ipam,
  { ledger, held, wanted }: Settlement,
  settled: ReadonlyMap<string, Address>,
): Promise<void> {
  const told = new Set<string>();
  for (const [claim, { address: proposed, firm }] of wanted) {
    const given = settled.get(claim);
    const moved = ledger.moved.get(claim);
    ledger.moved.delete(claim);
    if (!given) continue;
    const isLost = proposed && !firm && !held.has(claim) && !sameAddress(proposed, given);
    const [winner] = isLost ? ledger.othersAt(proposed, claim) : [];
    // What the preview has shown may have been lost before this update's own proposal was.
    if (moved && moved.kind !== "unsettled")
      told.add(wording.movedOn(ledger.name, claim, moved.shown, given, moved.holder));
    else if (winner) told.add(wording.movedOn(ledger.name, claim, proposed!, given, holdingText(winner)));
    else if (moved) told.add(wording.unsettled(ledger.name, claim, given, moved.rivals));
  }
  for (const text of told) await ipam.environment.warn?.(text);
}
