import { randomBytes, randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Kind } from "../../api/kinds";
import type { Manifest, ObjectKey } from "../../api/meta";
import {
  admitCreate,
  admitPatch,
  alreadyExists,
  MAX_OBJECT_BYTES,
  notFound,
  objectText,
  refusal,
  requirePrecondition,
} from "../admission";
import { requireKey } from "../object-name";
import {
  type MergePatch,
  type Misplaced,
  type Precondition,
  type Store,
  type Stored,
  StoreError,
  type Target,
} from "../store";
import { failed } from "../wording";
import { DurableFolders } from "./durable-folders";
import { commit, type NextVersion, type Workshop } from "./file-commit";
import { renderManifest } from "./file-manifest";
import { type HandEdit, storedAs } from "./file-observe";
import { placeOf } from "./file-place";
import { type FileSystem, nodeFileSystem } from "./file-system";
import { asStoreError } from "./file-trouble";
import { FolderReader } from "./folder-reader";
import { realFolder } from "./real-folder";
import { fileWording } from "./wording";

export interface FileStoreOptions {
  readonly files?: FileSystem;
  /** The uid of a new object. Default: random. */
  readonly mintUid?: () => string;
  /** Part of a draft's name: unique among all writers, [0-9a-z]+. Default: 80 random bits. */
  readonly mintToken?: () => string;
  /** For creationTimestamp. */
  readonly now?: () => Date;
  /** For objects that name no namespace and lie outside their own file. Default: `default`. */
  readonly namespace?: string | undefined;
}

/**
 * A folder of manifests that keeps an API server's promises to several processes at once. The first write makes the folder.
 * Reading writes nothing. A hand edit is the newest content (see file-observe.ts). Objects in other files count, and are never
 * written (see file-misplaced.ts).
 *
 * If a person puts a text back before the store has written, the object is as it was: same uid, same resourceVersion. If a
 * person saves a manifest in the very milliseconds in which it is published, the edit is lost: rename(2) has no precondition.
 */
export function openFileStore(directory: string, options: FileStoreOptions = {}): Store {
  return new FileStore(resolve(directory), options);
}

/** Each lost race is another writer's success. So many in a row mean that the file system does not work as it should. */
const MAX_LOST_RACES = 1000;

class FileStore implements Store {
  readonly target: Target;
  readonly #root: string;
  readonly #shop: Workshop;
  readonly #mintUid: () => string;
  readonly #now: () => Date;
  readonly #reader: FolderReader;

  constructor(root: string, options: FileStoreOptions) {
    const { files = nodeFileSystem, mintUid = randomUUID, now = () => new Date(), namespace = "default" } = options;
    const mintToken = options.mintToken ?? (() => randomBytes(10).toString("hex"));
    this.target = { id: `file:${realFolder(root)}`, description: `folder ${root}` };
    this.#root = root;
    this.#shop = { files, folders: new DurableFolders(files, root), mintToken };
    this.#mintUid = mintUid;
    this.#now = now;
    this.#reader = new FolderReader(files, root, namespace);
  }

  get(kind: Kind, key: ObjectKey): Promise<Stored | undefined> {
    return this.#reader.get(kind, key);
  }

  list(kind: Kind, namespace?: string): Promise<Stored[]> {
    return this.#reader.list(kind, namespace);
  }

  misplaced(kind: Kind, key: ObjectKey): Promise<Misplaced | undefined> {
    return this.#reader.misplaced(kind, key);
  }

  async create(kind: Kind, object: Manifest): Promise<Stored> {
    const { metadata, ...rest } = admitCreate(kind, object);
    const born = { creationTimestamp: this.#now().toISOString(), uid: this.#mintUid() };
    const next = { ...rest, metadata: { ...metadata, ...born } };
    const number = await this.#write("create", kind, metadata, (current) => {
      if (current) throw alreadyExists(kind, metadata);
      return next;
    });
    return storedAs(next, number);
  }

  async patch(kind: Kind, key: ObjectKey, patch: MergePatch, only?: Precondition): Promise<Stored> {
    requireKey("patch", kind, key);
    let next: Manifest | undefined;
    const number = await this.#write("patch", kind, key, (current) => {
      if (current === undefined) throw notFound("patch", kind, key);
      requirePrecondition("patch", kind, key, current, only);
      next = admitPatch(kind, key, current, patch);
      return next;
    });
    return storedAs(next!, number);
  }

  async remove(kind: Kind, key: ObjectKey, only?: Precondition): Promise<void> {
    requireKey("remove", kind, key);
    await this.#write("remove", kind, key, (current) => {
      if (current === undefined) throw notFound("remove", kind, key);
      requirePrecondition("remove", kind, key, current, only);
      return undefined;
    });
  }

  /**
   * Writes the result of `decide` (undefined: a tombstone) as the next version, and returns its number. After a lost race it
   * decides again. If there is a precondition, that decision throws the Conflict.
   */
  async #write(verb: string, kind: Kind, key: ObjectKey, decide: (current?: Stored) => Manifest | undefined) {
    const place = placeOf(this.#root, kind, key);
    for (let race = 1; race <= MAX_LOST_RACES; race++) {
      const seen = await this.#reader.observe(verb, kind, key);
      if (!seen.object) await this.#reader.requireOwnFile(verb, kind, key);
      const object = decide(seen.object);
      const text = object && manifestText(verb, kind, key, object);
      try {
        const adopts = seen.state === "edited";
        if (adopts && !(await commit(this.#shop, place, adoption(seen)))) continue;
        const number = seen.highest + (adopts ? 2 : 1);
        const birth = seen.object ? seen.birth : number;
        if (await commit(this.#shop, place, { number, birth, object, manifestText: text, publish: true }))
          return number;
      } catch (error) {
        throw asStoreError(error, verb, objectText(kind, key), this.#root);
      }
    }
    const why = fileWording.lostRaces(MAX_LOST_RACES, this.#root);
    throw new StoreError("Unavailable", failed(verb, objectText(kind, key), why));
  }
}

/** The version that a hand edit becomes, so that its text is known when the next version replaces it. */
function adoption({ highest, birth, object }: HandEdit): NextVersion {
  const { resourceVersion: _, ...metadata } = object.metadata;
  const adopted = { ...object, metadata };
  return { number: highest + 1, birth, object: adopted, manifestText: renderManifest(adopted), publish: false };
}

function manifestText(verb: string, kind: Kind, key: ObjectKey, object: Manifest): string {
  const text = renderManifest(object);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_OBJECT_BYTES) return text;
  throw refusal(verb, kind, key, fileWording.manifestTooLarge(bytes, MAX_OBJECT_BYTES));
}
