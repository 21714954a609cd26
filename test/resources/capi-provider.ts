/**
 * A memory store that looks like an API server with a provider of Cluster API's pools. The provider serves a claim at once,
 * as long as the pool has addresses. Real providers are in `test/cluster` and `test/e2e`.
 */
import { readIPAddressClaim } from "../../provider/api/capi/ip-address-claim";
import { CAPI_IP_ADDRESS, IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import type { Kind } from "../../provider/api/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { type Store, type Stored, StoreError } from "../../provider/store/store";

export interface Provider {
  /** The addresses that claims get, the first one first. */
  free: string[];
  /** Finalizers that keep a deleted claim. */
  finalizers: string[];
  /** The condition Ready of a claim that gets no address. */
  ready: { readonly status: string; readonly reason?: string; readonly message?: string } | undefined;
  /** Kinds that the server knows beside those of IPAM, by name. */
  readonly kinds: Map<string, Kind>;
  /** Kinds that the user must not read, by name. */
  readonly forbidden: Set<string>;
  readonly store: Store;
  /** Serves the claims that wait. */
  serve(): Promise<void>;
}

export function openProvider(free: readonly string[] = ["10.3.0.10", "10.3.0.11", "10.3.0.12"]): Provider {
  const memory = openMemoryStore();
  const refuse = (kind: Kind) => {
    if (provider.forbidden.has(kind.kind)) throw new StoreError("Forbidden", `Cannot get ${kind.kind}: not allowed.`);
  };
  const ending = new Set<string>();
  /** The store of a claim that is being deleted. A memory store has no such objects. */
  const shown = <Object extends Stored | undefined>(kind: Kind, object: Object): Object => {
    if (!object || kind.kind !== IP_ADDRESS_CLAIM.kind || !ending.has(object.metadata.name)) return object;
    const metadata = { ...object.metadata, deletionTimestamp: "2026-11-30T16:47:10Z", finalizers: provider.finalizers };
    return { ...object, metadata };
  };
  const give = async (stored: Stored) => {
    const read = readIPAddressClaim(stored);
    if (!read.ok || read.value.addressName !== undefined) return;
    const { namespace, name, poolRef } = read.value;
    const key = { namespace, name };
    const address = provider.free.shift();
    if (address === undefined) {
      const conditions = provider.ready ? [{ type: "Ready", ...provider.ready }] : [];
      await memory.patch(IP_ADDRESS_CLAIM, key, { status: { conditions } });
      return;
    }
    const spec = { address, prefix: 24, gateway: "10.3.0.1", poolRef, claimRef: { name } };
    await memory.create(CAPI_IP_ADDRESS, {
      apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
      kind: "IPAddress",
      metadata: key,
      spec,
    });
    await memory.patch(IP_ADDRESS_CLAIM, key, { status: { addressRef: { name }, conditions: null } });
  };
  const provider: Provider = {
    free: [...free],
    finalizers: [],
    ready: undefined,
    kinds: new Map(),
    forbidden: new Set(),
    serve: async () => {
      for (const claim of await memory.list(IP_ADDRESS_CLAIM)) await give(claim);
    },
    store: {
      target: memory.target,
      apiServer: {
        served: async (kind) => kind,
        named: async (_group, kind) => provider.kinds.get(kind),
        watch: () => ({ close: () => undefined }),
      },
      get: async (kind, key) => {
        refuse(kind);
        return shown(kind, await memory.get(kind, key));
      },
      list: async (kind, namespace) => (await memory.list(kind, namespace)).map((one) => shown(kind, one)),
      create: async (kind, object) => {
        const made = await memory.create(kind, object);
        if (kind.kind === IP_ADDRESS_CLAIM.kind) await give(made);
        return made;
      },
      patch: (kind, key, patch, only) => memory.patch(kind, key, patch, only),
      remove: async (kind, key, only) => {
        if (kind.kind === IP_ADDRESS_CLAIM.kind && provider.finalizers.length > 0) {
          ending.add(key.name);
          return;
        }
        const held = kind.kind === IP_ADDRESS_CLAIM.kind && (await memory.get(CAPI_IP_ADDRESS, key));
        await memory.remove(kind, key, only);
        if (!held) return;
        await memory.remove(CAPI_IP_ADDRESS, key);
        provider.free.unshift((held.spec as { address: string }).address);
      },
    },
  };
  return provider;
}
