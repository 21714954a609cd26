/**
 * The entries: keys of a pool's `spec.preAllocations`. They use group commit: edits that arrive during one PATCH are written
 * by the next. So a thousand reservations need only a few PATCHes.
 */

import type { IPPool } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { isStoreError, type Store, type Stored } from "../../store/store";
import type { Environment } from "../environment";
import { retryOnConflict } from "../retry";
import { EntryDraft, type EntryEdit, type EntryOutcome } from "./entry-draft";

/** The pool to which all operations of a process write entries. */
export interface EntryTarget {
  readonly store: Store;
  readonly environment: Environment;
  /** The pool as this process has last read or written it. Undefined if nothing may be written to it. */
  knownPool(): Promise<IPPool | undefined>;
  /** The pool now. Undefined while nothing may be written to it. Does not wait. */
  writablePool(): Promise<IPPool | undefined>;
  /** Notes the written pool. */
  written(pool: Stored): void;
}

/** Waits until the pool can be written, as long as this operation may, and reports the wait for this operation. */
export type AwaitPool = () => Promise<unknown>;

/** A lock takes a few milliseconds. A lock that has to wait for something does not hold up the others. */
const GATHER_MS = 20;

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

  /** See EntryCommit. */
  expect<Work>(work: Promise<Work>): Promise<Work> {
    return this.commit.expect(work);
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
  private readonly expected = new Set<Promise<unknown>>();
  /** Whether another writer has changed the pool since this process last saw it. Then it may do so again. */
  private isContended = false;
  /** The version of the pool that this process has written last. */
  private lastVersion: string | undefined;

  constructor(private readonly target: EntryTarget) {}

  /** Writes all edits or none. Undefined if the pool cannot be written now. */
  apply(edits: readonly EntryEdit[]): Promise<EntryOutcome[] | undefined> {
    return new Promise((resolve, fail) => {
      this.waiting.push({ edits, resolve, fail });
      if (!this.underWay) void this.drain();
    });
  }

  /**
   * Edits follow the work, such as the creation of their locks. The next commit waits a moment for them, because one PATCH of a
   * large pool costs as much as many locks.
   */
  async expect<Work>(work: Promise<Work>): Promise<Work> {
    const over = work.then(nothing, nothing);
    this.expected.add(over);
    try {
      return await work;
    } finally {
      // Before the caller goes on: its own edits must not wait for its own work.
      this.expected.delete(over);
    }
  }

  private async drain(): Promise<void> {
    this.underWay = true;
    while (this.waiting.length > 0) {
      await this.gather();
      await this.commitWaiting();
    }
    this.underWay = false;
  }

  /** Waits for the edits that are expected now, and not for later ones. */
  private async gather(): Promise<void> {
    const { expected, target } = this;
    if (expected.size > 0) await Promise.race([Promise.all(expected), target.environment.sleep(GATHER_MS)]);
    // Edits of one turn of the event loop are written together.
    await new Promise((turn) => setImmediate(turn));
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
    const known = this.isContended ? undefined : await this.target.knownPool();
    const outcomes = known && (await this.commitTo(known, groups));
    if (outcomes) return outcomes;
    const pool = await this.target.writablePool();
    if (!pool) return undefined;
    if (pool.manifest.metadata.resourceVersion === this.lastVersion) this.isContended = false;
    const { draft, outcomes: decided } = drafted(pool, groups);
    if (!draft.isChanged) return decided;
    await this.write(pool, draft);
    return decided;
  }

  /**
   * Writes the edits to the pool as it is known, without a read. The precondition of the PATCH proves that the pool has not
   * changed. Undefined if it has, or if a PATCH would not prove the outcomes.
   */
  private async commitTo(known: IPPool, groups: readonly Group[]): Promise<EntryOutcome[][] | undefined> {
    const { draft, outcomes } = drafted(known, groups);
    const areWritten = outcomes.flat().every(({ kind }) => kind === "written");
    if (!draft.isChanged || !areWritten) return undefined;
    try {
      await this.write(known, draft);
      return outcomes;
    } catch (error) {
      if (!isStoreError(error, "Conflict") && !isStoreError(error, "NotFound")) throw error;
      this.isContended = true;
      return undefined;
    }
  }

  private async write(pool: IPPool, draft: EntryDraft): Promise<void> {
    const { uid, resourceVersion } = pool.manifest.metadata;
    const patch = { spec: { preAllocations: draft.patch() } };
    const written = await this.target.store.patch(IP_POOL, pool, patch, { uid, resourceVersion });
    this.lastVersion = written.metadata.resourceVersion;
    this.target.written(written);
  }
}

const nothing = () => undefined;

function drafted(pool: IPPool, groups: readonly Group[]) {
  const draft = new EntryDraft(pool);
  return { draft, outcomes: groups.map(({ edits }) => draft.make(edits)) };
}
