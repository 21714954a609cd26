/**
 * The processes of one run tell each other about pools. A program may have several providers for one backend, and a door may
 * start a process for each. A note is no lock: the store decides who holds an address.
 */
import type { Address } from "../../core/address";
import type { PoolSpec } from "../../core/pool-spec";
import type { Declarer } from "../metal3/owner";
import type { PoolName } from "../pool-name";
import type { NeighbourPool } from "./planned-pool";

export interface OtherProcesses {
  /** Tells the result of a check to the other processes, before the check answers. */
  tell(note: PoolNote): void;
  /**
   * The notes of all processes of the run since the last call, including the process's own. Every process reads them in the
   * same order.
   */
  told(): readonly Told[];
}

export interface Told {
  readonly note: PoolNote;
  /** A number for each process. */
  readonly teller: number;
  readonly isOwn: boolean;
  /** False if the process has ended. Then it served the preview of the current update. */
  readonly isAlive: boolean;
}

/** The note of one resource about one pool. */
export interface PoolNote {
  readonly pool: PoolName;
  readonly by: Pick<Declarer, "kind" | "resource" | "stack">;
  readonly claims: readonly ToldClaim[];
  /** Present if the resource creates the pool. `unknown`: the offer of the pool is not known before the update. */
  readonly plan?: ToldPlan | "unknown" | undefined;
}

export interface ToldClaim {
  readonly claim: string;
  /** Absent if it is not known before create. */
  readonly address?: Address | undefined;
  /** Whether the address was proposed, so that another one would do as well. */
  readonly isProposed: boolean;
}

/** A planned pool without the parts that follow from its spec. */
export interface ToldPlan extends Omit<NeighbourPool, "pool" | keyof PoolName> {
  readonly spec: PoolSpec;
}

export function toldPlan({ pool: { spec }, ...plan }: Omit<NeighbourPool, keyof PoolName>): ToldPlan {
  return { ...plan, spec };
}
