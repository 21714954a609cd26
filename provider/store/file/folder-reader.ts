/** Reads the objects of a folder, each from its own file, or else from the file where a person has put it. */
import type { Kind } from "../../api/kinds";
import { keyText, type ObjectKey } from "../../api/meta";
import { alreadyExists, objectText, refusal } from "../admission";
import { byNamespaceAndName, requireKey } from "../object-name";
import { isStoreError, type Misplaced, type Stored, type StoreError } from "../store";
import { listKeys } from "./file-listing";
import type { MisplacedObjects } from "./file-misplaced";
import { MalformedManifest, observe, type Seen } from "./file-observe";
import { placeOf } from "./file-place";
import { FolderScans, scanFolder } from "./file-scan";
import type { FileContent, FileSystem } from "./file-system";
import { asStoreError, malformedTogether } from "./file-trouble";
import { fileWording } from "./wording";

/** Enough reads to keep libuv's four threads busy. */
const READS_AT_ONCE = 16;

export class FolderReader {
  readonly #files: FileSystem;
  readonly #root: string;
  readonly #scans: FolderScans;

  /** `namespace`: for objects that name none and lie outside their own file. */
  constructor(files: FileSystem, root: string, namespace: string) {
    this.#files = files;
    this.#root = root;
    this.#scans = new FolderScans(() => scanFolder(files, root, namespace));
  }

  async get(kind: Kind, key: ObjectKey): Promise<Stored | undefined> {
    requireKey("get", kind, key);
    const seen = await this.observe("get", kind, key);
    return seen.object ?? (await this.#elsewhere("get", kind, key));
  }

  async list(kind: Kind, namespace?: string): Promise<Stored[]> {
    if (namespace !== undefined) requireKey("list", kind, { namespace, name: "any" });
    const objects = `${kind.kind} objects`;
    const [scan, keys] = await Promise.all([
      this.#scans.forList(kind, namespace),
      listKeys(this.#files, this.#root, kind, namespace),
    ]).catch((error: unknown) => {
      throw asStoreError(error, "list", objects, this.#root);
    });
    const found: Stored[] = [];
    const malformed = scan.faults.map((fault) => asStoreError(fault, "list", objects, this.#root) as StoreError);
    const all = [...keys, ...scan.keys(kind, namespace)];
    const waiting = new Map(all.map((key) => [keyText(key), key])).values();
    const reader = async () => {
      for (const key of waiting) {
        try {
          const first = scan.takeHandPut(kind, key);
          const object =
            (await this.observe("list", kind, key, first)).object ?? this.#fromOthers("list", scan, kind, key);
          if (object) found.push(object);
        } catch (error) {
          if (!isStoreError(error, "Malformed")) throw error;
          malformed.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
    if (malformed.length > 0) throw malformedTogether(malformed);
    return found.sort(byNamespaceAndName);
  }

  async misplaced(kind: Kind, key: ObjectKey): Promise<Misplaced | undefined> {
    const scan = await this.#scan("get", kind, key);
    if (!scan.knows(kind, key)) return undefined;
    const { object: own } = await this.observe("get", kind, key);
    const files = scan.filesOf(kind, key, own);
    const isWritable = own !== undefined || (files.length === 0 && !scan.isOccupied(kind, key));
    if (isWritable && files.length === 0) return undefined;
    return { own: placeOf(this.#root, kind, key).shown, files, isWritable };
  }

  /** The object in its own file. `first`: see `observe`. */
  async observe(verb: string, kind: Kind, key: ObjectKey, first?: FileContent): Promise<Seen> {
    const place = placeOf(this.#root, kind, key);
    try {
      return await observe(this.#files, place, kind, key, first);
    } catch (error) {
      const isOthers = error instanceof MalformedManifest && (await this.#scan(verb, kind, key)).isOccupied(kind, key);
      if (isOthers) return { state: "absent", highest: 0 };
      throw asStoreError(error, verb, objectText(kind, key), this.#root);
    }
  }

  #scan(verb: string, kind: Kind, key: ObjectKey): Promise<MisplacedObjects> {
    return this.#scans.latest().catch((error: unknown) => {
      throw asStoreError(error, verb, objectText(kind, key), this.#root);
    });
  }

  /** The object as other files have it. */
  #fromOthers(verb: string, scan: MisplacedObjects, kind: Kind, key: ObjectKey): Stored | undefined {
    try {
      return scan.get(kind, key);
    } catch (error) {
      throw asStoreError(error, verb, objectText(kind, key), this.#root);
    }
  }

  async #elsewhere(verb: string, kind: Kind, key: ObjectKey): Promise<Stored | undefined> {
    const scan = await this.#scan(verb, kind, key);
    if (scan.faults.length > 0) {
      const what = objectText(kind, key);
      throw malformedTogether(scan.faults.map((fault) => asStoreError(fault, verb, what, this.#root) as StoreError));
    }
    return this.#fromOthers(verb, scan, kind, key);
  }

  /** Throws if the object exists in other files, or if its own file holds other objects. */
  async requireOwnFile(verb: string, kind: Kind, key: ObjectKey): Promise<void> {
    const object = await this.#elsewhere(verb, kind, key);
    if (object && verb === "create") throw alreadyExists(kind, key);
    const misplaced = await this.misplaced(kind, key);
    if (misplaced && !misplaced.isWritable)
      throw refusal(verb, kind, key, fileWording.misplaced(misplaced, this.#root));
  }
}
