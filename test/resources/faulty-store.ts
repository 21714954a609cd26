import type { MergePatch, Precondition, Store } from "../../provider/store/store";
import { StoreError } from "../../provider/store/store";

/** What happens instead of a write, or before it. */
export type Interference = (verb: "create" | "patch" | "remove", plural: string, write: number) => Promise<void> | void;

/** A store in whose writes a test meddles: another writer comes in between, or the backend goes away. */
export function meddledStore(store: Store, meddle: Interference): Store {
  let writes = 0;
  return {
    target: store.target,
    get: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    async create(kind, object) {
      await meddle("create", kind.plural, ++writes);
      return store.create(kind, object);
    },
    async patch(kind, key, patch: MergePatch, only?: Precondition) {
      await meddle("patch", kind.plural, ++writes);
      return store.patch(kind, key, patch, only);
    },
    async remove(kind, key, only?: Precondition) {
      await meddle("remove", kind.plural, ++writes);
      return store.remove(kind, key, only);
    },
  };
}

/** The backend is out of reach from the n-th write on. */
export function goneFrom(n: number): Interference {
  return (_verb, plural, write) => {
    if (write >= n) throw new StoreError("Unavailable", `write ${plural}: the backend is gone`);
  };
}

/** One write fails, then all is well. */
export function failingAt(n: number): Interference {
  return (_verb, plural, write) => {
    if (write === n) throw new StoreError("Unavailable", `write ${plural}: the backend was gone`);
  };
}
