/** Reports claims that get another address than was shown. This never happens silently. */
import { type Address, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { ReconcileRequest } from "../plan/request";
import { holderText } from "../pool/holders";
import { sentences, wording } from "../wording";

/** Throws if an earlier command has shown an address that now has a foreign holder. The user has to confirm again. */
export function refuseBrokenPlan({ session, wanted }: ReconcileRequest): void {
  const faults = [...wanted.keys()].flatMap((claim) => {
    const deviation = session.view.shown.deviations.get(claim);
    const isBroken = deviation?.kind === "taken" && !deviation.isOwn;
    return isBroken
      ? [wording.planBroken(session.environment.words, session.name, claim, deviation.shown, deviation.holder)]
      : [];
  });
  if (faults.length > 0) throw new IpamError("held", sentences(faults));
}

/** Warns of claims whose address differs from what was shown, or may differ from what another machine has shown. */
export async function tellDeviations(
  { session, held, wanted }: ReconcileRequest,
  won: ReadonlyMap<string, Address>,
): Promise<void> {
  const { view, name } = session;
  const told = new Set<string>();
  for (const [claim, { address: proposed, firm }] of wanted) {
    const given = won.get(claim);
    const deviation = view.shown.deviations.get(claim);
    view.shown.deviations.delete(claim);
    if (!given) continue;
    const isLost = proposed && !firm && !held.has(claim) && !sameAddress(proposed, given);
    const [winner] = isLost ? view.othersAt(proposed, claim) : [];
    // The address of the preview may have been lost before this update lost its own proposal.
    if (deviation && deviation.kind !== "unsettled")
      told.add(wording.movedOn(name, claim, deviation.shown, given, deviation.holder));
    else if (winner) told.add(wording.movedOn(name, claim, proposed!, given, holderText(name, winner)));
    else if (deviation) told.add(wording.unsettled(session.environment.words, name, claim, given, deviation.rivals));
  }
  for (const text of told) await session.environment.warn?.(text);
}
