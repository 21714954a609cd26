/**
 * What an update that was killed has begun: locks of this stack without the entry, or the IPClaim, that goes with them. They
 * are shown, and freed by nobody of himself: a lock does not tell whether some state has its token, and an update of a
 * few targets, or of another backend's stack, does not see what else its stack holds.
 */
import { formatAddress } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import type { Ledger } from "../../ipam/ledger/ledger";
import type { Lock } from "../../ipam/ledger/lock";
import { isOfStack, type Origin } from "../../ipam/ledger/marks";
import { wording } from "../../ipam/wording";

export async function begunWarnings(ipam: Ipam, ledger: Ledger, by: Origin): Promise<string[]> {
  const begun: string[] = [];
  let first: string | undefined;
  for (const lock of ledger.locks()) {
    const { address, claimName, marks, namespace } = lock;
    if (claimName === undefined || !isBegun(ledger, lock, by) || (await ipam.hasClaim(namespace, claimName))) continue;
    begun.push(`${formatAddress(address)} (claim ${claimName}, resource ${marks.resource ?? "unknown"})`);
    first ??= claimName;
  }
  return first === undefined ? [] : [wording.begun(ledger.name, begun, first)];
}

/** What this run has checked before is under way, and a lock that state knows has lost its entry: that is drift. */
function isBegun(ledger: Ledger, { claimName = "", marks }: Lock, by: Origin): boolean {
  const isWhole = ledger.entryOf(claimName) !== undefined || ledger.declaredBy(claimName) !== undefined;
  const isKnown = marks.token === undefined || by.state === undefined || by.state.holds(marks.token);
  return !isKnown && isOfStack(marks, by) && !isWhole;
}
