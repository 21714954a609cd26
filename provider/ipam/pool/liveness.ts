/**
 * Which claims of a pool are alive. The controller leaves no trace on a lock that it points a claim at, so the claim itself
 * tells. What is drift depends on it only where a lock is not where its entry is.
 */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { isControllerMade, type Lock } from "../metal3/lock";

/** The part of the pool that liveness reads. */
interface Recorded {
  readonly pool: IPPool | undefined;
  entryOf(claim: string): Address | undefined;
  locks(): Lock[];
  locksOf(claim: string): Lock[];
  hasMetal3Object(name: string): boolean;
}

export class Liveness {
  private all: ReadonlySet<string> = new Set();
  /** The living ones of `suspects` → name of the address object that it uses; undefined where it uses none yet. */
  private alive: ReadonlyMap<string, string | undefined> = new Map();

  constructor(private readonly recorded: Recorded) {}

  /**
   * The claims whose life decides. Some have a lock elsewhere than their entry: if such a claim lives, no update changes its
   * address. Some have an entry alone: if such a claim lives, its address object was removed by hand.
   */
  suspects(): Set<string> {
    const isElsewhere = ({ claimName, address }: Lock) => {
      const entry = claimName === undefined ? undefined : this.recorded.entryOf(claimName);
      return entry !== undefined && !sameAddress(entry, address);
    };
    const elsewhere = this.recorded.locks().flatMap((lock) => (isElsewhere(lock) ? (lock.claimName ?? []) : []));
    const entries = [...(this.recorded.pool?.preAllocations.keys() ?? [])];
    const alone = entries.filter((claim) => !this.recorded.locksOf(claim).some(({ metal3 }) => metal3));
    return new Set([...elsewhere, ...alone]);
  }

  /** All live claims of the pool, and the object that each uses. */
  note(claims: ReadonlyMap<string, string | undefined>): void {
    this.all = new Set(claims.keys());
    const suspects = this.suspects();
    this.alive = new Map([...claims].filter(([claim]) => suspects.has(claim)));
  }

  /** Names of address objects that live claims point at, and that are not there. */
  missingObjects(): string[] {
    return [...this.alive].flatMap(([claim, name]) =>
      name !== undefined && this.hasLostItsObject(claim) ? [name] : [],
    );
  }

  /** True where the claim lives: a host keeps the address that the claim has a lock for. */
  has(claim: string): boolean {
    return this.all.has(claim);
  }

  /** True where the claim lives, and the address object that it points at is gone. */
  hasLostItsObject(claim: string): boolean {
    const name = this.alive.get(claim);
    return name !== undefined && !this.recorded.hasMetal3Object(name);
  }

  isAlive(lock: Lock): boolean {
    return isControllerMade(lock) || (lock.claimName !== undefined && this.alive.has(lock.claimName));
  }

  /** True where a live claim uses this very lock. */
  isInUse(lock: Lock): boolean {
    return isControllerMade(lock) || (lock.claimName !== undefined && this.alive.get(lock.claimName) === lock.name);
  }
}
