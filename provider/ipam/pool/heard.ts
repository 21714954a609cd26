/**
 * The notes of a run about pools, as this process reads them. If two processes declare the same thing, the first one gets
 * it.
 */
import { compilePool } from "../../core/pool";
import type { PoolName } from "../pool-name";
import { addressKey } from "./holders";
import type { OtherProcesses, Told, ToldClaim, ToldPlan } from "./other-processes";
import { type NeighbourPool, poolKey } from "./planned-pool";
import type { PoolView } from "./pool-view";

export class HeardPools {
  /** Pools that other processes plan. */
  readonly planned = new Map<string, NeighbourPool>();
  private readonly byPool = new Map<string, HeardPool>();

  constructor(private readonly others: OtherProcesses | undefined) {}

  /** Keeps the notes about a pool until this process asks for it. */
  listen(): void {
    for (const one of this.others?.told() ?? []) {
      const { pool, plan } = one.note;
      this.pool(pool).unread.push(one);
      if (plan && plan !== "unknown" && one.isAlive && !one.isOwn)
        this.planned.set(poolKey(pool), plannedPool(pool, plan));
    }
  }

  /**
   * Adds to the view the notes of other processes about its pool since the last time. Returns the total number of their
   * notes.
   */
  read(view: PoolView): number {
    this.listen();
    const pool = this.pool(view.name);
    for (const one of pool.unread.splice(0)) pool.take(view, one);
    return pool.heard;
  }

  private pool(name: PoolName): HeardPool {
    const key = poolKey(name);
    const known = this.byPool.get(key) ?? new HeardPool();
    this.byPool.set(key, known);
    return known;
  }
}

/** Each process reads the same notes in the same order, so all agree on which one was first. */
class HeardPool {
  readonly unread: Told[] = [];
  heard = 0;
  /** Each declared thing, and the process that declared it first. */
  private readonly tellers = new Map<string, number>();
  private readonly claimAt = new Map<string, string>();
  private readonly addressOf = new Map<string, string>();

  take(view: PoolView, { note, teller, isOwn, isAlive }: Told): void {
    if (!isAlive) {
      for (const { claim } of note.claims) view.declarations.noteShown(claim);
      return;
    }
    const by = { ...note.by, isElsewhere: true, adopt: false };
    if (!isOwn) this.heard += 1;
    if (!isOwn) view.declarations.note(by);
    if (note.plan && this.isFirst("pool", teller) && !isOwn) view.declarations.poolDeclaredBy(by);
    for (const told of note.claims) {
      // A pool's own entry and an IPClaim of the same name belong together.
      if (!this.isFirst(`${by.kind === "IPPool" ? "entry" : "claim"} ${told.claim}`, teller)) continue;
      const address = this.isFirstAt(told) ? told.address : undefined;
      if (isOwn) continue;
      view.declarations.declareElsewhere(told.claim, by, told.address);
      if (address) view.promiseElsewhere(told.claim, address, by, told.isProposed);
    }
  }

  private isFirst(what: string, teller: number): boolean {
    const first = this.tellers.get(what) ?? teller;
    this.tellers.set(what, first);
    return first === teller;
  }

  /**
   * Whether this claim is the first with this address. A second claim loses the address, and a later note has another one
   * for it.
   */
  private isFirstAt({ claim, address }: ToldClaim): boolean {
    const before = this.addressOf.get(claim);
    if (before !== undefined) this.claimAt.delete(before);
    this.addressOf.delete(claim);
    const key = address && addressKey(address);
    if (key === undefined || this.claimAt.has(key)) return false;
    this.claimAt.set(key, claim);
    this.addressOf.set(claim, key);
    return true;
  }
}

function plannedPool(name: PoolName, { spec, ...plan }: ToldPlan): NeighbourPool {
  return { ...name, ...plan, pool: compilePool(spec) };
}
