/**
 * What an update that was killed has begun: locks of this stack without the entry, or the IPClaim, that goes with them. They
 * are shown, and freed by nobody of himself: a lock does not tell whether some state has its token, and an update of a
 * few targets, or of another backend's stack, does not see what else its stack holds.
 */
import { formatAddress } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import type { Lock } from "../../ipam/metal3/lock";
import { isOfStack, type Origin } from "../../ipam/metal3/marks";
import type { PoolView } from "../../ipam/pool/pool-view";
import { wording } from "../../ipam/wording";

export async function incompleteWarnings(ipam: Ipam, view: PoolView, by: Origin): Promise<string[]> {
  const begun: string[] = [];
  let first: string | undefined;
  for (const lock of view.locks()) {
    const { address, claimName = "", marks } = lock;
    if (!isUnknown(view, lock, by) || (await isHeld(ipam, view, lock))) continue;
    begun.push(`${formatAddress(address)} (claim ${claimName}, resource ${marks.resource ?? "unknown"})`);
    first ??= claimName;
  }
  return first === undefined ? [] : [wording.begun(view.words, view.name, begun, first)];
}

/** What this run has checked before is under way, and a lock that state knows has lost its entry: that is drift. */
function isUnknown(view: PoolView, { claimName = "", marks }: Lock, by: Origin): boolean {
  const isKnown = marks.token === undefined || by.state === undefined || by.state.holds(marks.token);
  return !isKnown && isOfStack(marks, by) && view.declaredBy(claimName) === undefined;
}

/** By an entry or a live IPClaim; what names no claim is somebody's whom nobody can ask. */
export async function isHeld(ipam: Ipam, view: PoolView, { claimName }: Lock): Promise<boolean> {
  if (claimName === undefined || view.entryOf(claimName)) return true;
  return ipam.hasClaim(view, claimName);
}
