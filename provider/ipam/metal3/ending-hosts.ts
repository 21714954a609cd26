/**
 * Hosts that are still being deleted. The Bare Metal Operator keeps a BareMetalHost until the host is deprovisioned, and until
 * then the host may use its address. An update that fails to wait for that end cannot tell this provider.
 */
import { hostOfClaim } from "../../api/metal3/host-claim";
import { BARE_METAL_HOST } from "../../api/metal3/kinds";
import { isStoreError } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";

/** The claims among these whose BareMetalHost is being deleted. Without the right to read it, none is known. */
export async function claimsOfEndingHosts(
  { store, name: pool }: PoolSession,
  claims: readonly string[],
): Promise<ReadonlySet<string>> {
  const hosts = claims.flatMap((claim) => {
    const name = hostOfClaim(claim, pool.name);
    return name === undefined ? [] : [{ claim, name }];
  });
  if (hosts.length === 0 || !store.apiServer) return new Set();
  try {
    const kind = await store.apiServer.served(BARE_METAL_HOST);
    if (!kind) return new Set();
    const ending = await inParallel(hosts, async ({ claim, name }) => {
      const found = await store.get(kind, { namespace: pool.namespace, name });
      return found?.metadata.deletionTimestamp === undefined ? [] : [claim];
    });
    return new Set(ending.flat());
  } catch (error) {
    if (isStoreError(error, "Forbidden")) return new Set();
    throw error;
  }
}
