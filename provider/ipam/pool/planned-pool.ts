import type { Pool } from "../../core/pool";
import type { AddressRange } from "../../core/range";
import type { PoolName } from "../pool-name";

/** The IPPool that this run will have written, as far as other resources need it. */
export interface PlannedPool {
  readonly pool: Pool;
  readonly namePrefix: string;
  readonly clusterName?: string | undefined;
  /** The program pauses the pool, or removes the pause that it has set. */
  readonly pause?: "set" | "ended" | undefined;
  /** The ranges that the program excludes. They are for messages, because `pool` no longer has them. */
  readonly excludes?: readonly AddressRange[] | undefined;
  /** Proposals leave reserved addresses out. Metal3's controller may still give them to a host. */
  readonly excludeReserved?: boolean | undefined;
  /** A host may be pinned to a reserved address. */
  readonly allowReserved?: boolean | undefined;
}

/** A pool as its neighbours see it. */
export interface NeighbourPool extends PlannedPool, PoolName {
  /** One of the pool's terms, because Metal3 has no field for it. */
  readonly dhcpRanges?: readonly AddressRange[];
}

export function poolKey({ namespace, name }: PoolName): string {
  return `${namespace}/${name}`;
}
