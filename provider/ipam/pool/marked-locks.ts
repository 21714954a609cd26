import type { Lock } from "../metal3/lock";
import { NO_TOKEN } from "../metal3/owner";
import { index } from "./holders";

/** The locks of a pool by their marks, so that a check of one resource does not look at all locks of the pool. */
export class MarkedLocks {
  private readonly bySource = new Map<string, Lock>();
  private readonly byToken = new Map<string, Map<string, Lock>>();
  private readonly byReplaced = new Map<string, Map<string, Lock>>();
  private readonly releasing = new Map<string, Lock>();

  /** `source`: the place of the lock. It holds one lock at a time. Undefined if it no longer holds one. */
  put(source: string, lock: Lock | undefined): void {
    this.drop(source);
    if (!lock) return;
    const { token, replaces, releasing } = lock.marks;
    this.bySource.set(source, lock);
    if (token !== undefined) index(this.byToken, token).set(source, lock);
    if (replaces !== undefined) index(this.byReplaced, replaces).set(source, lock);
    if (releasing !== undefined) this.releasing.set(source, lock);
  }

  private drop(source: string): void {
    const { token, replaces } = this.bySource.get(source)?.marks ?? {};
    this.bySource.delete(source);
    this.releasing.delete(source);
    if (token !== undefined) this.byToken.get(token)?.delete(source);
    if (replaces !== undefined) this.byReplaced.get(replaces)?.delete(source);
  }

  all(): Lock[] {
    return [...this.bySource.values()];
  }

  /** The locks that carry this token. */
  ofToken(token: string): Lock[] {
    return [...(this.byToken.get(token)?.values() ?? [])];
  }

  /** The locks of replacements of the owner with this token. An imported object without a token is not replaced. */
  ofReplacementsOf(token: string): Lock[] {
    return token === NO_TOKEN ? [] : [...(this.byReplaced.get(token)?.values() ?? [])];
  }

  /** The locks that an update has given up. */
  givenUp(): Lock[] {
    return [...this.releasing.values()];
  }
}
