import type { Store } from "../../provider/store/store";

/** Calls of the verbs that write, whether they succeed or not. */
export type Writes = Record<"create" | "patch" | "remove", number>;

export function countedWrites(store: Store): { readonly store: Store; readonly writes: Writes } {
  const writes: Writes = { create: 0, patch: 0, remove: 0 };
  const counted = new Proxy(store, {
    get: (target, field) => {
      const value = Reflect.get(target, field);
      if (typeof value !== "function") return value;
      const verb = value.bind(target);
      if (!(field in writes)) return verb;
      return (...args: readonly unknown[]) => {
        writes[field as keyof Writes]++;
        return verb(...args);
      };
    },
  });
  return { store: counted, writes };
}
