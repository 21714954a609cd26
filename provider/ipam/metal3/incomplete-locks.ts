/**
 * Incomplete locks: an interrupted update of this stack left them without the entry or the IPClaim that belongs to them.
 * They are reported, but not released. A lock does not show whether some state has its token. An update with a few targets
 * does not see what else its stack holds, and neither does a stack in another backend.
 */
import type { PoolSession } from "../session";
import type { Lock } from "./lock";
import { isOfStack, type Origin } from "./marks";

export async function incompleteLocks(session: PoolSession, by: Origin): Promise<Lock[]> {
  const incomplete: Lock[] = [];
  for (const lock of session.view.locks.all()) {
    if (isUnknown(session, lock, by) && !(await isHeld(session, lock))) incomplete.push(lock);
  }
  return incomplete;
}

/**
 * Whether neither state nor this run's checks know the lock. A claim that this run has checked is still in progress. If
 * state knows the lock, the missing entry is drift instead.
 */
function isUnknown({ view }: PoolSession, { claimName = "", marks }: Lock, by: Origin): boolean {
  const isKnown = marks.token === undefined || by.state === undefined || by.state.holds(marks.token);
  return !isKnown && isOfStack(marks, by) && !view.declarations.has(claimName);
}

/**
 * True if an entry or a live claim holds the lock. A lock that names no claim counts as held, because its claim cannot be
 * looked up.
 */
export async function isHeld(session: PoolSession, { claimName, claimKind }: Lock): Promise<boolean> {
  if (claimName === undefined || session.view.entryOf(claimName)) return true;
  return session.hasClaim(claimName, claimKind);
}
