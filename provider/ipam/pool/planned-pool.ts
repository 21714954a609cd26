import type { Pool } from "../../core/pool";

/** The IPPool as this run will have written it, as far as other resources ask for it. */
export interface PlannedPool {
  readonly pool: Pool;
  readonly namePrefix: string;
  readonly clusterName?: string | undefined;
}
