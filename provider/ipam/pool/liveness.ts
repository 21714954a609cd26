/**
 * Which claims of a pool are alive. The controller points a claim at a lock without a trace on the lock, so only the claim
 * itself shows it. Drift depends on it only if a lock and its entry have different addresses, or if there is only an entry.
 */
import type { ClaimKind } from "../../api/claim";
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { isControllerMade, type Lock } from "../metal3/lock";

export interface LiveClaim {
  readonly name: string;
  readonly kind: ClaimKind;
  /** Name of the address object that it uses. Undefined if it uses none yet. */
  readonly uses: string | undefined;
}

/** The part of the pool that liveness reads. */
interface Recorded {
  readonly pool: IPPool | undefined;
  entryOf(claim: string): Address | undefined;
  readonly locks: { all(): Lock[] };
  locksOf(claim: string): Lock[];
  readonly objects: { hasClaims(name: string): boolean };
}

export class Liveness {
  private all: ReadonlyMap<string, ReadonlySet<ClaimKind>> = new Map();
  /** The live claims among `suspects` → name of the address object that the claim uses. Undefined if it uses none yet. */
  private alive: ReadonlyMap<string, string | undefined> = new Map();

  constructor(private readonly recorded: Recorded) {}

  /**
   * The claims for which it matters whether they are alive. Some have a lock and an entry at different addresses: if such a
   * claim is alive, no update changes its address. Others have only an entry: if such a claim is alive, its address object
   * was removed by hand.
   */
  suspects(): Set<string> {
    const isElsewhere = ({ claimName, address }: Lock) => {
      const entry = claimName === undefined ? undefined : this.recorded.entryOf(claimName);
      return entry !== undefined && !sameAddress(entry, address);
    };
    const elsewhere = this.recorded.locks.all().flatMap((lock) => (isElsewhere(lock) ? (lock.claimName ?? []) : []));
    const entries = [...(this.recorded.pool?.preAllocations.keys() ?? [])];
    const alone = entries.filter((claim) => !this.recorded.locksOf(claim).some(({ object }) => object));
    return new Set([...elsewhere, ...alone]);
  }

  /** Notes all live claims of the pool, and the object that each one uses. */
  note(claims: readonly LiveClaim[]): void {
    const all = new Map<string, Set<ClaimKind>>();
    for (const { name, kind } of claims) all.set(name, (all.get(name) ?? new Set()).add(kind));
    this.all = all;
    const suspects = this.suspects();
    const alive = claims.filter(({ name }) => suspects.has(name));
    this.alive = new Map(alive.map(({ name, uses }) => [name, uses]));
  }

  /** Names of the missing address objects at which live claims point. */
  missingObjects(): string[] {
    return [...this.alive].flatMap(([claim, name]) =>
      name !== undefined && this.hasLostItsObject(claim) ? [name] : [],
    );
  }

  /** True if the claim is alive. Then a host keeps the address of the claim's lock. `kind`: only a claim of this kind. */
  has(claim: string, kind?: ClaimKind): boolean {
    const kinds = this.all.get(claim);
    return kind === undefined ? kinds !== undefined : kinds?.has(kind) === true;
  }

  /** The kind of the live claim. IPClaim if both kinds are alive. Undefined if none is. */
  kindOf(claim: string): ClaimKind | undefined {
    return (["IPClaim", "IPAddressClaim"] as const).find((kind) => this.has(claim, kind));
  }

  /** True if the claim is alive and the address object at which it points is gone. */
  hasLostItsObject(claim: string): boolean {
    const name = this.alive.get(claim);
    return name !== undefined && !this.recorded.objects.hasClaims(name);
  }

  isAlive(lock: Lock): boolean {
    return isControllerMade(lock) || (lock.claimName !== undefined && this.alive.has(lock.claimName));
  }

  /** True if a live claim uses this very lock. */
  isInUse(lock: Lock): boolean {
    return isControllerMade(lock) || (lock.claimName !== undefined && this.alive.get(lock.claimName) === lock.name);
  }
}
