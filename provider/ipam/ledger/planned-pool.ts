import type { Pool } from "../../core/pool";

/** What an IPPool will be once this run has written it: all that a proposal needs to know of a pool. */
export interface PlannedPool {
  readonly pool: Pool;
  readonly namePrefix: string;
}
