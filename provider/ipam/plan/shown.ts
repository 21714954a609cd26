/** What was shown, and what is given instead: never silently. */
import { type Address, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import { holderText } from "../pool/holders";
import type { ReconcileRequest } from "../reconcile/request";
import { listText, wording } from "../wording";

/** Throws where an earlier command has shown an address that a stranger holds by now: whoever said yes to it is asked again. */
export function refuseBrokenPlan({ view, wanted }: ReconcileRequest): void {
  const faults = [...wanted.keys()].flatMap((claim) => {
    const moved = view.moved.get(claim);
    const isBroken = moved?.kind === "taken" && !moved.isOwn;
    return isBroken ? [wording.planBroken(view.words, view.name, claim, moved.shown, moved.holder)] : [];
  });
  if (faults.length > 0) throw new IpamError("held", listText(faults, "; "));
}

/** Whose address is another one than was shown, or may have been shown elsewhere. */
export async function tellMoves(
  ipam: Ipam,
  { view, held, wanted }: ReconcileRequest,
  settled: ReadonlyMap<string, Address>,
): Promise<void> {
  const told = new Set<string>();
  for (const [claim, { address: proposed, firm }] of wanted) {
    const given = settled.get(claim);
    const moved = view.moved.get(claim);
    view.moved.delete(claim);
    if (!given) continue;
    const isLost = proposed && !firm && !held.has(claim) && !sameAddress(proposed, given);
    const [winner] = isLost ? view.othersAt(proposed, claim) : [];
    // What the preview has shown may have been lost before this update's own proposal was.
    if (moved && moved.kind !== "unsettled")
      told.add(wording.movedOn(view.name, claim, moved.shown, given, moved.holder));
    else if (winner) told.add(wording.movedOn(view.name, claim, proposed!, given, holderText(winner)));
    else if (moved) told.add(wording.unsettled(view.words, view.name, claim, given, moved.rivals));
  }
  for (const text of told) await ipam.environment.warn?.(text);
}
