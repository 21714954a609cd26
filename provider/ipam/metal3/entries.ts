/**
 * The entries: keys of a pool's `spec.preAllocations`. They use group commit: edits that arrive during one PATCH are written
 * by the next. So a thousand reservations need only a few PATCHes, and no timer.
 */

import type { IPPool } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { isStoreError, type Store, type Stored } from "../../store/store";
import type { Environment } from "../environment";
import { retryOnConflict } from "../retry";

export interface EntryEdit {
  readonly claim: string;
  /** Undefined removes the key. */
  readonly to: Address | undefined;
  /**
   * The values that the edit may replace: values that this caller wrote, or "any" if the key is its own. A missing key and
   * the value `to` are always allowed.
   */
  readonly over: "any" | readonly Address[];
}

/** One outcome for each edit, in order. `apply` writes all its edits or none. */
export type EntryOutcome =
  /** `isNew`: the key did not exist before. `removed`: its former value. */
  | { readonly kind: "written"; readonly isNew: boolean; readonly removed?: Address | undefined }
  /** Another key has the address. */
  | { readonly kind: "held"; readonly claim: string }
  /** The key has a value that the caller did not expect. */
  | { readonly kind: "changed"; readonly live: Address };

/** The pool to which all operations of a process write entries. It is read again for each try. */
export interface EntryTarget {
  readonly store: Store;
  readonly environment: Environment;
  /** The pool now. Undefined while nothing may be written to it. Does not wait. */
  writablePool(): Promise<IPPool | undefined>;
  /** Notes the written pool. */
  written(pool: Stored): void;
}

/** Waits until the pool can be written, as long as this operation may, and reports the wait for this operation. */
export type AwaitPool = () => Promise<unknown>;

interface Group {
  readonly edits: readonly EntryEdit[];
  /** Undefined outcomes mean that the pool cannot be written now. */
  readonly resolve: (outcomes: EntryOutcome[] | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** The entries of one pool, for one operation. */
export class Entries {
  constructor(
    private readonly commit: EntryCommit,
    private readonly awaitPool: AwaitPool,
  ) {}

  /** Writes all edits or none. Throws paused, poolMissing, poolBusy when this operation's time is over. */
  async apply(edits: readonly EntryEdit[]): Promise<EntryOutcome[]> {
    if (edits.length === 0) return [];
    for (;;) {
      const outcomes = await this.commit.apply(edits);
      if (outcomes) return outcomes;
      await this.awaitPool();
    }
  }

  /** Writes the edits that can be written, all in one PATCH. The outcomes of the others give the reason. */
  async applyEach(edits: readonly EntryEdit[]): Promise<EntryOutcome[]> {
    const outcomes = new Map<EntryEdit, EntryOutcome>();
    for (let left = edits; left.length > 0; ) {
      const answers = await this.apply(left);
      for (const [index, edit] of left.entries()) outcomes.set(edit, answers[index]!);
      const written = left.filter((_, index) => answers[index]!.kind === "written");
      left = written.length === left.length ? [] : written;
    }
    return edits.map((edit) => outcomes.get(edit)!);
  }
}

/**
 * Shared by all operations of a process on one pool. It does not wait for a pool, because each operation has its own
 * timeouts and progress.
 */
export class EntryCommit {
  private waiting: Group[] = [];
  private underWay = false;

  constructor(private readonly target: EntryTarget) {}

  /** Writes all edits or none. Undefined if the pool cannot be written now. */
  apply(edits: readonly EntryEdit[]): Promise<EntryOutcome[] | undefined> {
    return new Promise((resolve, fail) => {
      this.waiting.push({ edits, resolve, fail });
      if (!this.underWay) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.underWay = true;
    // Edits of one turn of the event loop are written together.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.commitWaiting();
    this.underWay = false;
  }

  private async commitWaiting(): Promise<void> {
    const first = this.waiting.length;
    const groups: Group[] = [];
    const commit = () => {
      // Edits that arrive while a try loses a race are part of the next try. So many writers of one pool need fewer PATCHes.
      groups.push(...this.waiting.splice(0));
      return this.commit(groups);
    };
    try {
      const outcomes = await retryOnConflict(this.target.environment, commit);
      for (const [index, group] of groups.entries()) group.resolve(outcomes?.[index]);
    } catch (error) {
      // Groups that arrived later have not had their full time yet.
      if (isStoreError(error, "Conflict")) this.waiting.unshift(...groups.splice(first));
      // An entry that the backend refuses must fail only its own group.
      if (isStoreError(error, "Invalid") && groups.length > 1) {
        for (const group of groups) await this.commitAlone(group);
      } else {
        for (const group of groups) group.fail(error);
      }
    }
  }

  private async commitAlone(group: Group): Promise<void> {
    try {
      const outcomes = await retryOnConflict(this.target.environment, () => this.commit([group]));
      group.resolve(outcomes?.[0]);
    } catch (error) {
      group.fail(error);
    }
  }

  private async commit(groups: readonly Group[]): Promise<EntryOutcome[][] | undefined> {
    const pool = await this.target.writablePool();
    if (!pool) return undefined;
    let draft: ReadonlyMap<string, Address> = pool.preAllocations;
    const outcomes = groups.map((group) => {
      const result = edited(draft, group.edits);
      draft = result.entries;
      return result.outcomes;
    });
    const written = groups.filter((_, index) => outcomes[index]!.every(({ kind }) => kind === "written"));
    const preAllocations = {
      ...respelt(
        pool,
        written.flatMap(({ edits }) => edits),
      ),
      ...difference(pool.preAllocations, draft),
    };
    if (Object.keys(preAllocations).length === 0) return outcomes;
    const { uid, resourceVersion } = pool.manifest.metadata;
    const only = { uid, resourceVersion };
    this.target.written(await this.target.store.patch(IP_POOL, pool, { spec: { preAllocations } }, only));
    return outcomes;
  }
}

/** The entries after all edits, or the old ones if one of the edits cannot be made. */
export function edited(
  entries: ReadonlyMap<string, Address>,
  edits: readonly EntryEdit[],
): { entries: ReadonlyMap<string, Address>; outcomes: EntryOutcome[] } {
  const draft = new Map(entries);
  for (const edit of edits) {
    if (edit.to) draft.set(edit.claim, edit.to);
    // A key with the value of another owner stays.
    else if (mayReplace(edit, entries.get(edit.claim))) draft.delete(edit.claim);
  }
  const holders = new Map<string, string[]>();
  for (const [claim, address] of draft) {
    const key = formatAddress(address);
    holders.set(key, [...(holders.get(key) ?? []), claim]);
  }
  const outcomes = edits.map((edit): EntryOutcome => {
    const live = entries.get(edit.claim);
    if (!edit.to) return { kind: "written", isNew: false, removed: mayReplace(edit, live) ? live : undefined };
    // An existing equal value is no change, even if another key was set to the same address by hand.
    if (live && sameAddress(live, edit.to)) return { kind: "written", isNew: false };
    if (live && !mayReplace(edit, live)) return { kind: "changed", live };
    const other = holders.get(formatAddress(edit.to))?.find((claim) => claim !== edit.claim);
    return other === undefined ? { kind: "written", isNew: !live } : { kind: "held", claim: other };
  });
  const allWritten = outcomes.every((outcome) => outcome.kind === "written");
  return { entries: allWritten ? draft : entries, outcomes };
}

function mayReplace(edit: EntryEdit, live: Address | undefined): boolean {
  if (live === undefined || edit.over === "any") return true;
  return [...edit.over, ...(edit.to ? [edit.to] : [])].some((address) => sameAddress(address, live));
}

/** Entries that exist already, but with a spelling that reserves nothing. */
function respelt({ misspelt }: IPPool, edits: readonly EntryEdit[]): Record<string, string> {
  const odd = edits.filter(({ claim, to }) => to && misspelt.has(claim));
  return Object.fromEntries(odd.map(({ claim, to }) => [claim, formatAddress(to!)]));
}

/** The change as a merge patch. `null` removes a key. Unchanged keys do not appear. */
function difference(
  before: ReadonlyMap<string, Address>,
  after: ReadonlyMap<string, Address>,
): Record<string, string | null> {
  const patch: Record<string, string | null> = {};
  for (const [claim, address] of after) {
    const old = before.get(claim);
    if (!old || !sameAddress(old, address)) patch[claim] = formatAddress(address);
  }
  for (const claim of before.keys()) if (!after.has(claim)) patch[claim] = null;
  return patch;
}
