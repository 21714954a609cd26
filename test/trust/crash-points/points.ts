/**
 * Runs work on a store over a simulated disk, and keeps the disk as it is after each system call that changes it. A
 * process that is stopped there leaves this disk. It has nothing of what the process would have done later.
 */
import type { Kind } from "../../../provider/api/kinds";
import type { ObjectKey } from "../../../provider/api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import { canonicalJson } from "../../../provider/store/file/canonical";
import { openFileStore } from "../../../provider/store/file/file-store";
import type { FileSystem } from "../../../provider/store/file/file-system";
import type { Store, Stored } from "../../../provider/store/store";
import type { Disk } from "./disk";

export const DIRECTORY = "/pools/prod";
const KINDS: readonly Kind[] = [IP_POOL, IP_ADDRESS, IP_CLAIM];

/** Wraps the disk's files for the store: a mount without hard links, or a shim that forgets. */
export type Over = (files: FileSystem) => FileSystem;
export const asTheyAre: Over = (files) => files;

export interface Point<T> {
  /** `link …/.versions/default/ippools.ipam.metal3.io/pool1/1`: the last call. */
  readonly call: string;
  readonly disk: Disk;
  /** What the caller knew at this time. */
  readonly known: T;
  /** object → its possible states from then on: after the last write that returned, or after the one under way. */
  readonly allowed: ReadonlyMap<string, readonly string[]>;
}

export async function pointsOf<T>(
  disk: Disk,
  over: Over,
  work: (store: Store) => Promise<unknown>,
  known: () => T,
): Promise<Point<T>[]> {
  const history = new History(await objectsIn(storeOn(disk, over)));
  const seen: (() => Point<T>)[] = [];
  const see = (call: string) => {
    const now = { call, disk: disk.clone(), known: known() };
    const allowed = history.allowed();
    // The write under way gets its outcome later.
    seen.push(() => ({ ...now, allowed: allowed() }));
  };
  disk.changed = (call, path) => see(`${call} ${path}`);
  await work(history.over(storeOn(disk, over)));
  see("all");
  disk.changed = () => undefined;
  return seen.map((point) => point());
}

export function storeOn(disk: Disk, over: Over = asTheyAre): Store {
  return openFileStore(DIRECTORY, { files: over(disk.files) });
}

/** Every object by its name, in one text. Throws if a list and a get differ. */
export async function objectsIn(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const kind of KINDS) {
    for (const listed of await store.list(kind)) {
      const object = await store.get(kind, listed.metadata);
      if (gist(object) !== gist(listed)) throw new Error(`listed ${gist(listed)}, got ${gist(object)}`);
      found.set(nameOf(kind, listed.metadata), gist(listed));
    }
  }
  return found;
}

/** Without the fields that an adoption changes. A hand edit that became a version is still the same object. */
function gist(object: Stored | undefined): string {
  if (!object) return ABSENT;
  const { resourceVersion: _, managedFields: __, ...metadata } = object.metadata;
  return canonicalJson({ ...object, metadata });
}

export const ABSENT = "absent";

const nameOf = (kind: Kind, { namespace, name }: ObjectKey) => `${kind.kind} ${namespace}/${name}`;

/** The past states of each object, and its write under way. */
class History {
  private readonly states: Map<string, string[]>;
  private readonly underWay = new Set<string>();

  constructor(before: ReadonlyMap<string, string>) {
    this.states = new Map([...before].map(([name, object]) => [name, [object]]));
  }

  /** For each object and all later ones, after the end of all writes. */
  allowed(): () => Map<string, string[]> {
    const acknowledged = new Map([...this.states].map(([name, states]) => [name, states.length - 1]));
    const underWay = new Set(this.underWay);
    return () =>
      new Map(
        [...this.states].map(([name, states]) => {
          const at = acknowledged.get(name) ?? 0;
          return [name, states.slice(at, at + (underWay.has(name) ? 2 : 1))];
        }),
      );
  }

  over(store: Store): Store {
    const written = async <R>(kind: Kind, key: ObjectKey, write: Promise<R>, gistOf: (result: R) => string) => {
      const name = nameOf(kind, key);
      if (this.underWay.has(name)) throw new Error(`two writes of ${name} at once: their order is not known here`);
      const states = this.states.get(name) ?? [ABSENT];
      this.states.set(name, states);
      this.underWay.add(name);
      try {
        const result = await write;
        states.push(gistOf(result));
        return result;
      } finally {
        this.underWay.delete(name);
      }
    };
    return {
      target: store.target,
      get: (kind, key) => store.get(kind, key),
      list: (kind, namespace) => store.list(kind, namespace),
      create: (kind, object) => written(kind, object.metadata, store.create(kind, object), gist),
      patch: (kind, key, patch, only) => written(kind, key, store.patch(kind, key, patch, only), gist),
      remove: (kind, key, only) => written(kind, key, store.remove(kind, key, only), () => ABSENT),
    };
  }
}
