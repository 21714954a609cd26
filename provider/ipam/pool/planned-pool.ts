import type { Pool } from "../../core/pool";

/** What an IPPool will be once this run has written it, as far as somebody else asks for it. */
export interface PlannedPool {
  readonly pool: Pool;
  readonly namePrefix: string;
  readonly clusterName?: string | undefined;
}
