/** A memory store that looks like an API server with CAPI's CRDs, so locks have mirrors. Its controllers do not run. */
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";

export function openServedStore(store: Store = openMemoryStore()): Store {
  return {
    target: store.target,
    apiServer: {
      served: async (kind) => kind,
      named: async () => undefined,
      watch: () => ({ close: () => undefined }),
    },
    get: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    create: (kind, object) => store.create(kind, object),
    patch: (kind, key, patch, only) => store.patch(kind, key, patch, only),
    remove: (kind, key, only) => store.remove(kind, key, only),
  };
}
