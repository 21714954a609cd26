/**
 * The objects that own a claim. The garbage collector deletes an object when its last owner is gone, so a claim that is
 * created under an owner that is gone does not last.
 */
import { groupOf } from "../api/kinds";
import type { ObjectKey, OwnerReference } from "../api/meta";
import { isStoreError, type Store, type Stored } from "../store/store";

export class ObjectOwners {
  /** One look at each owner, because many claims may have the same one. */
  private readonly looks = new Map<string, Promise<boolean>>();

  constructor(private readonly store: Store) {}

  /** True if the owner is gone, or if another object has its name. False if it cannot be looked up. */
  isGone(namespace: string, owner: OwnerReference): Promise<boolean> {
    const { apiVersion, kind, name, uid } = owner;
    const group = groupOf(apiVersion);
    const place = [group, kind, namespace, name, uid].join();
    const known = this.looks.get(place) ?? this.look(group, kind, { namespace, name }, uid);
    this.looks.set(place, known);
    // A failure is not kept.
    known.catch(() => this.looks.delete(place));
    return known;
  }

  private async look(group: string, kind: string, key: ObjectKey, uid: string): Promise<boolean> {
    const found = await lookUp(this.store, group, kind, key);
    return found === "missing" || (typeof found === "object" && found.metadata.uid !== uid);
  }
}

/**
 * An object of any kind. "unknown" in a folder, without the right to read it, and for a kind that is not installed. The garbage
 * collector deletes nothing because of an owner of such a kind.
 */
export async function lookUp(
  store: Store,
  group: string,
  kind: string,
  { namespace, name }: ObjectKey,
): Promise<Stored | "missing" | "unknown"> {
  try {
    const served = await store.apiServer?.named(group, kind);
    if (!served) return "unknown";
    return (await store.get(served, served.namespaced ? { namespace, name } : { name })) ?? "missing";
  } catch (error) {
    if (isStoreError(error, "Forbidden") || isStoreError(error, "NotInstalled")) return "unknown";
    throw error;
  }
}
