import { Groups } from "../../core/groups";
import type { Lock } from "../metal3/lock";
import { NO_TOKEN } from "../metal3/owner";

/** The locks of a pool by their marks, so that a check of one resource does not look at all locks of the pool. */
export class MarkedLocks {
  private readonly locks = new Set<Lock>();
  private readonly byToken = new Groups<string, Lock>();
  private readonly byReplaced = new Groups<string, Lock>();
  private readonly releasing = new Set<Lock>();

  add(lock: Lock): void {
    const { token, replaces, releasing } = lock.marks;
    this.locks.add(lock);
    if (token !== undefined) this.byToken.add(token, lock);
    if (replaces !== undefined) this.byReplaced.add(replaces, lock);
    if (releasing !== undefined) this.releasing.add(lock);
  }

  remove(lock: Lock): void {
    const { token, replaces } = lock.marks;
    this.locks.delete(lock);
    this.releasing.delete(lock);
    if (token !== undefined) this.byToken.remove(token, lock);
    if (replaces !== undefined) this.byReplaced.remove(replaces, lock);
  }

  all(): Lock[] {
    return [...this.locks];
  }

  /** The locks that carry this token. */
  ofToken(token: string): Lock[] {
    return this.byToken.at(token);
  }

  /** The locks of replacements of the owner with this token. An imported object without a token is not replaced. */
  ofReplacementsOf(token: string): Lock[] {
    return token === NO_TOKEN ? [] : this.byReplaced.at(token);
  }

  /** The locks that an update has given up. */
  givenUp(): Lock[] {
    return [...this.releasing];
  }
}
