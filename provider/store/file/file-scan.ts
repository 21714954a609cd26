/** Searches all files of the folder for objects that are not in their own file. It only reads. */
import { join } from "node:path";
import { faultLine, readWith } from "../../api/fault";
import type { Kind } from "../../api/kinds";
import { keyText, manifest } from "../../api/meta";
import { isNamespaceName, isObjectName } from "../../api/names";
import { canonicalJson } from "./canonical";
import { mentionOf, objectsIn } from "./file-documents";
import { appliedFiles } from "./file-folder";
import { readDocuments, readManifest, shownPart } from "./file-manifest";
import { type FoundObject, MisplacedObjects } from "./file-misplaced";
import { handMade, MalformedManifest, readPlainFile } from "./file-observe";
import { objectAt, POOL_KINDS, VERSIONS, versionsFolderName } from "./file-place";
import { type FileContent, type FileSystem, unless } from "./file-system";
import { faultWording } from "./wording";

/** A file may hold many objects. Manifests that people apply are not larger than this. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

const READS_AT_ONCE = 16;

/** A document without an apiVersion of these groups holds no object of them, whatever else is wrong with it. */
const mayHoldObjects = mentionOf(POOL_KINDS);

const GROUPS = [...new Set(POOL_KINDS.map(({ group }) => group))];

/** `namespace`: for objects that name none. Throws system calls' errors. */
export async function scanFolder(files: FileSystem, root: string, namespace: string): Promise<MisplacedObjects> {
  const found: FoundObject[] = [];
  const faults: MalformedManifest[] = [];
  const occupied = new Set<string>();
  const handPut = new Map<string, FileContent>();
  const written = writtenNames(files, root);
  const waiting = (await appliedFiles(files, root)).values();
  const reader = async () => {
    for (const steps of waiting) {
      const place = objectAt(steps);
      const shown = steps.join("/");
      try {
        if (place && (await written(place.key.namespace ?? "", place.kind)).has(place.key.name)) continue;
        const content = await readPlainFile(files, join(root, ...steps), shown, MAX_FILE_BYTES);
        if (!content) continue;
        const role = place ? roleOf(content, place) : "any";
        if (role === "own") handPut.set(shown, content);
        if (role === "occupied") occupied.add(shown);
        if (role === "any" || role === "occupied") found.push(...objectsOf(content, shown, namespace));
      } catch (error) {
        if (!(error instanceof MalformedManifest)) throw error;
        faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  found.sort((a, b) => (a.file < b.file ? -1 : 1));
  return new MisplacedObjects({ found, faults, occupied, handPut });
}

/**
 * The role of a file at an object's own place: "own" if it holds this object alone, "occupied" if it holds other objects, so that
 * the object cannot be written, and else "faulty". Only `observe` reports the fault.
 */
function roleOf({ bytes }: FileContent, { kind, key }: Located): "own" | "occupied" | "faulty" {
  if (readManifest(bytes, kind, key).fault === undefined) return "own";
  const values = readDocuments(bytes).values?.flatMap(objectsIn) ?? [];
  const objects = values.flatMap((value) => objectIn(value) ?? []);
  const [first] = objects;
  const { namespace = key.namespace, name } = first?.metadata ?? {};
  const isMeant = objects.length === 1 && first?.kind === kind && name === key.name && namespace === key.namespace;
  return objects.length === values.length && objects.length > 0 && !isMeant ? "occupied" : "faulty";
}

type Located = NonNullable<ReturnType<typeof objectAt>>;

interface KubernetesObject {
  /** One of POOL_KINDS, in any version. */
  readonly kind: Kind | undefined;
  readonly metadata: { readonly namespace?: unknown; readonly name?: unknown } | null | undefined;
}

function objectIn(value: unknown): KubernetesObject | undefined {
  const { apiVersion, kind, metadata } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  const ours = POOL_KINDS.find((one) => one.kind === kind && apiVersion.startsWith(`${one.group}/`));
  return { kind: ours, metadata: metadata as KubernetesObject["metadata"] };
}

/** Throws MalformedManifest if an object cannot be read. */
function objectsOf({ bytes, modified }: FileContent, file: string, namespace: string): FoundObject[] {
  if (!GROUPS.some((group) => bytes.includes(group))) return [];
  const read = readDocuments(bytes, mayHoldObjects);
  if (read.fault !== undefined) throw new MalformedManifest(file, read.fault);
  return read.values.flatMap(objectsIn).flatMap((value) => {
    const kind = objectIn(value)?.kind;
    if (!kind) return [];
    const shape = readWith(manifest, value);
    if (!shape.ok) {
      throw new MalformedManifest(file, `${kind.kind}: ${shape.faults.map(faultLine).join(" ")}`);
    }
    const { metadata } = shape.value;
    const key = { namespace: metadata.namespace ?? namespace, name: metadata.name };
    if (!isNamespaceName(key.namespace) || !isObjectName(key.name)) {
      throw new MalformedManifest(file, faultWording.noSuchName(kind.kind, JSON.stringify(keyText(key))));
    }
    const said = shownPart({ ...shape.value, metadata: { ...metadata, ...key } });
    const life = { kind, key, birth: 1, highest: 0, content: canonicalJson(said), modified };
    return [{ kind, key, file, object: handMade(said, life) }];
  });
}

/** The names that have versions. Each folder of versions is read once. */
function writtenNames(files: FileSystem, root: string) {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  return (namespace: string, kind: Kind): Promise<ReadonlySet<string>> => {
    const folder = join(root, VERSIONS, namespace, versionsFolderName(kind));
    const names = known.get(folder) ?? namesIn(files, folder);
    known.set(folder, names);
    return names;
  };
}

async function namesIn(files: FileSystem, folder: string): Promise<ReadonlySet<string>> {
  return new Set(await unless(["ENOENT"], files.readDirectory(folder)));
}

/** One look at the folder serves one list of each kind. The first list makes a new look. A get or a write uses the latest look. */
export class FolderScans {
  private current: Promise<MisplacedObjects> | undefined;
  private readonly served = new Set<string>();

  constructor(private readonly scan: () => Promise<MisplacedObjects>) {}

  forList({ group, kind }: Kind, namespace = ""): Promise<MisplacedObjects> {
    const list = `${group}/${kind}/${namespace}`;
    if (this.served.has(list) || this.served.size === 0) this.forget();
    const scan = this.latest();
    this.served.add(list);
    return scan;
  }

  latest(): Promise<MisplacedObjects> {
    const scan = this.current ?? this.scan();
    this.current = scan;
    scan.catch(() => this.forget());
    return scan;
  }

  private forget(): void {
    this.current = undefined;
    this.served.clear();
  }
}
