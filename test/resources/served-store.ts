/** A store in memory that looks like an API server with CAPI's CRDs: locks have mirrors. Its controllers are asleep. */
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";

export function openServedStore(store: Store = openMemoryStore()): Store {
  return {
    target: store.target,
    apiServer: { served: async (kind) => kind, watch: () => ({ close: () => undefined }) },
    get: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    create: (kind, object) => store.create(kind, object),
    patch: (kind, key, patch, only) => store.patch(kind, key, patch, only),
    remove: (kind, key, only) => store.remove(kind, key, only),
  };
}
