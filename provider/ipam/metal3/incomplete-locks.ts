/**
 * Locks that an interrupted update has left: of this stack, without the entry or the IPClaim that goes with them. They are
 * shown and not freed. A lock does not tell whether some state has its token. An update of a few targets does not see what
 * else its stack holds, and neither does an update of a stack in another backend.
 */
import type { PoolSession } from "../session";
import type { Lock } from "./lock";
import { isOfStack, type Origin } from "./marks";

export async function incompleteLocks(session: PoolSession, by: Origin): Promise<Lock[]> {
  const incomplete: Lock[] = [];
  for (const lock of session.view.locks()) {
    if (isUnknown(session, lock, by) && !(await isHeld(session, lock))) incomplete.push(lock);
  }
  return incomplete;
}

/** Claims that this run has checked are under way. A lock that state knows has lost its entry, and that is drift. */
function isUnknown({ view }: PoolSession, { claimName = "", marks }: Lock, by: Origin): boolean {
  const isKnown = marks.token === undefined || by.state === undefined || by.state.holds(marks.token);
  return !isKnown && isOfStack(marks, by) && !view.declarations.has(claimName);
}

/** True where an entry or a live IPClaim holds it. A lock that names no claim counts as held: its owner cannot be asked. */
export async function isHeld(session: PoolSession, { claimName }: Lock): Promise<boolean> {
  if (claimName === undefined || session.view.entryOf(claimName)) return true;
  return session.hasClaim(claimName);
}
