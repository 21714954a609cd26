/** One operation on one pool: the store, the operation's timeouts and progress, and what is known of the pool. */
import { CLAIM_KINDS, type ClaimKind } from "../api/claim";
import type { Kind } from "../api/kinds";
import type { IPPool } from "../api/metal3/ip-pool";
import { IP_POOL } from "../api/metal3/kinds";
import { SharedCall } from "../store/shared-call";
import type { Store, Stored } from "../store/store";
import type { ClaimWatch } from "./claim-watch";
import { type Environment, POLL_MS, pause } from "./environment";
import { IpamError } from "./errors";
import { Entries, EntryCommit } from "./metal3/entries";
import { usesPool } from "./metal3/uses-pool";
import { GivenUp } from "./pool/given-up";
import { type KnownPools, readPool } from "./pool/known-pools";
import type { PoolView } from "./pool/pool-view";
import type { PoolName } from "./pool-name";
import { wording } from "./wording";

/** The state that all operations of a process on one pool share. */
export class SharedPool {
  readonly commit: EntryCommit;
  readonly givenUp = new GivenUp();
  private readonly reading: SharedCall<IPPool | undefined>;
  private readonly holders: SharedCall<void>;

  constructor(
    readonly store: Store,
    environment: Environment,
    readonly known: KnownPools,
    readonly claims: ClaimWatch,
    readonly view: PoolView,
  ) {
    this.reading = new SharedCall(() => this.readFresh());
    this.holders = new SharedCall(() => this.readHolders());
    this.commit = new EntryCommit({
      store,
      environment,
      knownPool: () => this.ifWritable(view.pool),
      writablePool: async () => this.ifWritable(await this.freshPool()),
      written: (stored) => view.notePool(readPool(stored, view.pool)),
    });
  }

  private async ifWritable(pool: IPPool | undefined): Promise<IPPool | undefined> {
    const isWritable = pool && !pool.deleting && (await this.known.pausedBy(pool)) === undefined;
    return isWritable ? pool : undefined;
  }

  /** The pool, read from the store now. */
  freshPool(): Promise<IPPool | undefined> {
    return this.reading.now();
  }

  /** The address objects of the pool, read from the store now. */
  freshHolders(): Promise<void> {
    return this.holders.now();
  }

  /** Reads the address objects again, for one operation. */
  readHolders(): Promise<void> {
    this.known.lists.forget();
    return this.known.readHolders(this.view);
  }

  private async readFresh(): Promise<IPPool | undefined> {
    const stored = await this.store.get(IP_POOL, this.view.name);
    // A pool with a thousand entries is parsed once per version, not at each look.
    const { view } = this;
    if (!stored || !isSameVersion(stored, view.pool)) view.notePool(stored && readPool(stored, view.pool));
    return view.pool;
  }
}

export class PoolSession {
  readonly store: Store;
  readonly view: PoolView;
  /** The pool's entries, written together with those of other operations. */
  readonly entries: Entries;

  constructor(
    private readonly shared: SharedPool,
    /** The environment, with this operation's own timeouts and progress. */
    readonly environment: Environment,
  ) {
    this.store = shared.store;
    this.view = shared.view;
    this.entries = new Entries(shared.commit, () => this.writablePool());
  }

  get name(): PoolName {
    return this.view.name;
  }

  /** The claims that this process has given up in the pool. */
  get givenUp(): GivenUp {
    return this.shared.givenUp;
  }

  /** The pool, read from the store now. */
  freshPool(): Promise<IPPool | undefined> {
    return this.shared.freshPool();
  }

  /**
   * Waits for a pool that can be written. `endsPause`: the write removes the pool's own pause. Throws poolMissing, paused,
   * poolBusy.
   */
  async writablePool(endsPause = false): Promise<IPPool> {
    const started = this.environment.now();
    for (;;) {
      const pool = await this.freshPool();
      const paused = pool && (await this.shared.known.pausedBy(pool, endsPause));
      if (pool && !pool.deleting && paused === undefined) return pool;
      const waitedMs = this.environment.now() - started;
      if (waitedMs >= this.environment.waitMs) {
        if (paused !== undefined) throw new IpamError("paused", wording.paused(paused, waitedMs));
        if (pool) throw new IpamError("poolBusy", wording.poolDeleting(this.name));
        throw new IpamError("poolMissing", wording.poolMissing(this.environment.words, this.name, waitedMs));
      }
      await pause(this.environment, POLL_MS, waitingFor(this.name, pool, paused));
    }
  }

  /** Waits while the pool is paused, so that nothing is written meanwhile. A pool that is gone is not paused. */
  async unpausedPool(endsPause = false): Promise<IPPool | undefined> {
    const pool = await this.freshPool();
    const isPaused = pool && (await this.shared.known.pausedBy(pool, endsPause)) !== undefined;
    return isPaused ? this.writablePool(endsPause) : pool;
  }

  /** Reads the address objects of the pool now. All that ask at once share one reading. */
  freshHolders(): Promise<void> {
    return this.shared.freshHolders();
  }

  /** Reads the address objects of the pool again, for a decision that must not rest on an old list. */
  refresh(): Promise<void> {
    return this.shared.readHolders();
  }

  /** The kind of CAPI's mirrors of locks for IPClaims. Undefined if these locks have none. */
  mirrorKind(): Promise<Kind | undefined> {
    return this.shared.known.mirrorKind();
  }

  /** CAPI's address objects, for claims of CAPI. Undefined in a cluster without CAPI's CRDs. */
  capiKind(): Promise<Kind | undefined> {
    return this.shared.known.capiKind(this.view);
  }

  /** The claim in this process's list, for checks. An update asks `liveClaims` instead. */
  async claim(name: string, kind: ClaimKind): Promise<Stored | undefined> {
    const claims = await this.shared.known.claims(this.name.namespace, kind);
    return claims.find((stored) => stored.metadata.name === name);
  }

  /** Whether a claim of this name uses the pool, by this process's list. */
  async hasClaim(name: string, kind: ClaimKind): Promise<boolean> {
    const found = await this.claim(name, kind);
    return found !== undefined && usesPool(found, this.view);
  }

  /** The claim as soon as `done` accepts it, or as it is when the controller's time is over. Throws `cancelled`. */
  untilClaim(
    name: string,
    done: (claim: Stored | undefined) => boolean,
    what: string,
    kind: ClaimKind = "IPClaim",
  ): Promise<Stored | undefined> {
    const key = { namespace: this.name.namespace, name };
    return this.shared.claims.until(this.environment, CLAIM_KINDS[kind], key, done, what);
  }
}

function waitingFor(name: PoolName, pool: IPPool | undefined, paused: string | undefined): string {
  if (paused !== undefined) return wording.waitsForPause(paused);
  return pool ? wording.waitsForDeletion(name) : wording.waitsForPool(name);
}

function isSameVersion({ metadata }: Stored, known: IPPool | undefined): boolean {
  const { uid, resourceVersion } = known?.manifest.metadata ?? {};
  return metadata.uid === uid && metadata.resourceVersion === resourceVersion;
}
