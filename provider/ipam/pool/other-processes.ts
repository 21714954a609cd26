/**
 * What the processes of one run tell each other about pools. A program may have several providers of one backend, and a
 * door may start a process for each. As with the preview memory it is no lock: where nothing is told, the store decides.
 */
import type { Address } from "../../core/address";
import type { PoolSpec } from "../../core/pool-spec";
import type { Declarer } from "../metal3/owner";
import type { PoolName } from "../pool-name";
import type { NeighbourPool } from "./planned-pool";

export interface OtherProcesses {
  /** What a check of this process has found, before it answers. */
  tell(note: PoolNote): void;
  /** What all processes of the run, this one among them, have told since the last call: in one order for all. */
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
