/** The bug that races must find: a store whose create is not exclusive. */
import { isStoreError, type Store } from "../../../provider/store/store";

export function overwriting(store: Store): Store {
  const broken: Partial<Store> = {
    async create(kind, object) {
      try {
        return await store.create(kind, object);
      } catch (error) {
        if (!isStoreError(error, "AlreadyExists")) throw error;
      }
      const { name, namespace, annotations, ownerReferences } = object.metadata;
      const patch = { ...object, metadata: { annotations, ownerReferences } };
      return store.patch(kind, { namespace, name }, patch);
    },
  };
  return new Proxy(store, {
    get: (target, field) => {
      const value = Reflect.get(field in broken ? broken : target, field);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
