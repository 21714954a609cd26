import { randomUUID } from "node:crypto";
import type { Kind } from "../api/kinds";
import { keyText, type Manifest, type ObjectKey } from "../api/meta";
import { admitCreate, admitPatch, alreadyExists, notFound, requirePrecondition } from "./admission";
import { byNamespaceAndName, requireKey } from "./object-name";
import type { MergePatch, Precondition, Store, Stored, Target } from "./store";

export interface MemoryStoreOptions {
  /** The uid of a new object. Default: random. */
  readonly mintUid?: () => string;
  /** Never gives the same text twice. Default: 1, 2, 3 ... over all objects, as etcd counts. */
  readonly mintResourceVersion?: () => string;
  /** For creationTimestamp. */
  readonly now?: () => Date;
}

/** Implements the contract and nothing else. It is the reference for the other stores, and the store of unit tests. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly target: Target;
  readonly #objects = new Map<string, Stored>();
  readonly #mintUid: () => string;
  readonly #mintResourceVersion: () => string;
  readonly #now: () => Date;

  constructor({ mintUid = randomUUID, mintResourceVersion, now = () => new Date() }: MemoryStoreOptions) {
    let writes = 0;
    this.#mintUid = mintUid;
    this.#mintResourceVersion = mintResourceVersion ?? (() => String(++writes));
    this.#now = now;
    this.target = { id: `memory:${randomUUID()}`, description: "memory of this process" };
  }

  async get(kind: Kind, key: ObjectKey): Promise<Stored | undefined> {
    requireKey("get", kind, key);
    const object = this.#objects.get(placeOf(kind, key));
    return object && structuredClone(object);
  }

  async list(kind: Kind, namespace?: string): Promise<Stored[]> {
    if (namespace !== undefined) requireKey("list", kind, { namespace, name: "any" });
    return [...this.#objects]
      .filter(([place]) => place.startsWith(folderOf(kind)))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .sort(byNamespaceAndName)
      .map((object) => structuredClone(object));
  }

  async create(kind: Kind, object: Manifest): Promise<Stored> {
    const { metadata, ...rest } = admitCreate(kind, object);
    if (this.#objects.has(placeOf(kind, metadata))) throw alreadyExists(kind, metadata);
    const creationTimestamp = this.#now().toISOString();
    return this.#put(kind, { ...rest, metadata: { ...metadata, creationTimestamp, uid: this.#mintUid() } });
  }

  async patch(kind: Kind, key: ObjectKey, patch: MergePatch, only?: Precondition): Promise<Stored> {
    const current = this.#require("patch", kind, key, only);
    return this.#put(kind, admitPatch(kind, key, current, patch));
  }

  async remove(kind: Kind, key: ObjectKey, only?: Precondition): Promise<void> {
    this.#require("remove", kind, key, only);
    this.#objects.delete(placeOf(kind, key));
  }

  #require(verb: string, kind: Kind, key: ObjectKey, only: Precondition | undefined): Stored {
    requireKey(verb, kind, key);
    const current = this.#objects.get(placeOf(kind, key));
    if (current === undefined) throw notFound(verb, kind, key);
    requirePrecondition(verb, kind, key, current, only);
    return current;
  }

  #put(kind: Kind, object: Manifest): Stored {
    const metadata = { ...object.metadata, resourceVersion: this.#mintResourceVersion() };
    const stored = { ...object, metadata } as Stored;
    this.#objects.set(placeOf(kind, metadata), stored);
    return structuredClone(stored);
  }
}

function placeOf(kind: Kind, key: ObjectKey): string {
  return folderOf(kind) + keyText(key);
}

/** The version is left out, because all versions of a kind show the same objects. */
function folderOf(kind: Kind): string {
  return `${kind.plural}.${kind.group}/`;
}
