import type { Pool } from "../../core/pool";
import type { AddressRange } from "../../core/range";
import type { PoolName } from "../pool-name";

/** The IPPool as this run will have written it, as far as other resources ask for it. */
export interface PlannedPool {
  readonly pool: Pool;
  readonly namePrefix: string;
  readonly clusterName?: string | undefined;
  /** The program pauses the pool, or takes back the pause that it has set. */
  readonly pause?: "set" | "ended" | undefined;
  /** What the program takes off the offer. For messages, because `pool` is without them. */
  readonly excludes?: readonly AddressRange[] | undefined;
  /** Proposals leave out what a network keeps for itself. Metal3's controller may give it away all the same. */
  readonly excludeReserved?: boolean | undefined;
  /** A host may be pinned to what a network keeps for itself. */
  readonly allowReserved?: boolean | undefined;
}

/** A pool as its neighbours see it. */
export interface NeighbourPool extends PlannedPool, PoolName {
  /** Metal3 has no place for them: they are one of the pool's terms. */
  readonly dhcpRanges?: readonly AddressRange[];
}

export function poolKey({ namespace, name }: PoolName): string {
  return `${namespace}/${name}`;
}
