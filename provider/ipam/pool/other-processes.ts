/**
 * The processes of one run tell each other about pools. A program may have several providers of one backend, and a door may
 * start a process for each. A note is no lock: the store decides who holds an address.
 */
import type { Address } from "../../core/address";
import type { PoolSpec } from "../../core/pool-spec";
import type { Declarer } from "../metal3/owner";
import type { PoolName } from "../pool-name";
import type { NeighbourPool } from "./planned-pool";

export interface OtherProcesses {
  /** A check of this process tells its result to the others before it answers. */
  tell(note: PoolNote): void;
  /** The notes of all processes of the run since the last call, its own too. Every process reads them in the same order. */
  told(): readonly Told[];
}

export interface Told {
  readonly note: PoolNote;
  /** A number for each process. */
  readonly teller: number;
  readonly isOwn: boolean;
  /** False for one that has ended: it has served the preview of the update that goes on now. */
  readonly isAlive: boolean;
}

/** What one resource says of one pool. */
export interface PoolNote {
  readonly pool: PoolName;
  readonly by: Pick<Declarer, "kind" | "resource" | "stack">;
  readonly claims: readonly ToldClaim[];
  /** Of the resource that makes the pool. `unknown`: before the update it is not known what the pool will offer. */
  readonly plan?: ToldPlan | "unknown" | undefined;
}

export interface ToldClaim {
  readonly claim: string;
  /** Absent: not known before create. */
  readonly address?: Address | undefined;
  /** Whether it was free to be another one. */
  readonly isProposed: boolean;
}

/** A planned pool without what follows from its spec. */
export interface ToldPlan extends Omit<NeighbourPool, "pool" | keyof PoolName> {
  readonly spec: PoolSpec;
}

export function toldPlan({ pool: { spec }, ...plan }: Omit<NeighbourPool, keyof PoolName>): ToldPlan {
  return { ...plan, spec };
}
