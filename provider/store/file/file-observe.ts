/**
 * Finds out the current object from its versions and its published manifest. It only reads, and needs no lock.
 *
 * The highest version is the object, and the manifest normally shows it. Otherwise this table applies:
 *
 *   manifest        mark `published` of the highest version    meaning
 *   an older one    no                                         its writer has not finished, or was killed: the version counts
 *   an older one    yes                                        a person put the old text back: a hand edit
 *   another text    yes or no                                  a hand edit: the manifest counts
 *   missing         none since the object was created          not published yet: the version counts
 *   missing         any since the object was created           removed by hand
 *
 * The same rows apply if the manifest exists, and the highest version is a tombstone or there is no version. A hand edit is
 * a new object then.
 *
 * The manifest is read first. A writer links before it publishes. So the listing that is made afterwards contains the version
 * that the manifest shows (file-commit.ts keeps it until the manifest is overwritten). Only a verdict against the versions
 * needs a second look, which checks that the manifest is still the same.
 */
import { join } from "node:path";
import type { Kind } from "../../api/kinds";
import { apiVersionOf } from "../../api/kinds";
import { keyText, type Manifest, type ObjectKey } from "../../api/meta";
import { MAX_OBJECT_BYTES } from "../admission";
import type { Stored } from "../store";
import { canonicalJson, sha256 } from "./canonical";
import { readManifest, shownPart, UNSHOWN_METADATA } from "./file-manifest";
import type { Place } from "./file-place";
import { errnoOf, type FileContent, type FileSystem, unless } from "./file-system";
import { listVersions, readVersion, TornVersion, type Version, type VersionListing } from "./file-version";
import { faultWording } from "./wording";

/** `highest` is the highest version's number. The next version gets the number after it. */
export type Seen =
  | { readonly state: "absent"; readonly highest: number; readonly object?: never }
  | { readonly state: "stored"; readonly highest: number; readonly birth: number; readonly object: Stored }
  | HandEdit;

/** A hand edit must become a version itself before the next version is written. */
export interface HandEdit {
  readonly state: "edited";
  readonly highest: number;
  readonly birth: number;
  readonly object: Stored;
}

/** A manifest that cannot be read as its object. */
export class MalformedManifest extends Error {
  constructor(
    readonly shown: string,
    readonly fault: string,
  ) {
    super(`${shown}: ${fault}`);
  }
}

/** A look fails only if another process has written meanwhile. */
const MAX_LOOKS = 1000;

/**
 * `first`: the manifest, if it was read a moment ago. Throws MalformedManifest, TornVersion and system calls' errors.
 */
export async function observe(
  files: FileSystem,
  place: Place,
  kind: Kind,
  key: ObjectKey,
  first?: FileContent,
): Promise<Seen> {
  for (let look = 1; look <= MAX_LOOKS; look++) {
    const shown = look === 1 && first ? first : await readShown(files, place);
    const listing = await listVersions(files, place.versions);
    const seen = await judge(files, place, kind, key, shown, listing);
    if (seen === "moved") continue;
    if (!seen.doubtful || sameBytes(shown, await readShown(files, place))) return seen.verdict;
  }
  throw Object.assign(new Error("the object changes faster than it can be read"), { code: "EAGAIN" });
}

interface Judgement {
  readonly verdict: Seen;
  /** True if the verdict follows the manifest against the versions. The two were not read at one moment. */
  readonly doubtful: boolean;
}

/** "moved" if a version was collected after it was listed and before it was read. */
async function judge(
  files: FileSystem,
  place: Place,
  kind: Kind,
  key: ObjectKey,
  shown: FileContent | undefined,
  listing: VersionListing,
): Promise<Judgement | "moved"> {
  const { highest } = listing;
  const absent = { state: "absent", highest } as const;
  const current = highest === 0 ? undefined : await readVersion(files, place.versions, highest);
  if (highest > 0 && current === undefined) return "moved";
  const object = current?.object;
  if (object && !isOf(object, kind, key)) throw new TornVersion(join(place.versions, String(highest)));
  const verdict: Seen = object
    ? { state: "stored", highest, birth: current.birth, object: storedAs(object, highest) }
    : absent;

  if (shown === undefined) {
    const wasShown = current?.object !== undefined && listing.published.some((number) => number >= current.birth);
    return wasShown ? { verdict: absent, doubtful: true } : { verdict, doubtful: false };
  }
  const hash = sha256(shown.bytes);
  if (object && hash === current.manifestHash) return { verdict, doubtful: false };
  const older: Version[] = [];
  if (!listing.published.includes(highest)) {
    for (const number of listing.numbers.filter((each) => each < highest).reverse()) {
      const version = await readVersion(files, place.versions, number);
      if (version === undefined) return "moved";
      if (version.manifestHash === hash) return { verdict, doubtful: false };
      older.push(version);
    }
  }
  const read = readManifest(shown.bytes, kind, key);
  if (read.fault !== undefined) throw new MalformedManifest(place.shown, read.fault);
  const content = canonicalJson(read.object);
  for (const known of [current, ...older]) {
    if (known?.object && canonicalJson(shownPart(known.object)) === content) return { verdict, doubtful: false };
  }
  return { verdict: handEdit(read.object, content, shown.modified, kind, key, current, highest), doubtful: true };
}

/** False if a person has copied one object's versions to another object's place. */
function isOf({ kind, metadata }: Manifest, { kind: wanted }: Kind, { namespace, name }: ObjectKey): boolean {
  return kind === wanted && metadata.namespace === namespace && metadata.name === name;
}

function handEdit(
  edited: Manifest,
  content: string,
  modified: Date,
  kind: Kind,
  key: ObjectKey,
  current: Version | undefined,
  highest: number,
): Seen {
  const birth = current?.object ? current.birth : highest + 1;
  const unshown = Object.entries(current?.object?.metadata ?? {}).filter(([field]) => UNSHOWN_METADATA.includes(field));
  const object = handMade(edited, { kind, key, birth, content, modified, highest });
  const metadata = { ...object.metadata, ...Object.fromEntries(unshown) };
  return { state: "edited", highest, birth, object: { ...object, metadata: withHandEdit(metadata, modified) } };
}

interface HandMade {
  readonly kind: Kind;
  readonly key: ObjectKey;
  readonly birth: number;
  readonly highest: number;
  /** The object as canonical JSON. */
  readonly content: string;
  readonly modified: Date;
}

/** An object that a person has written into a file. */
export function handMade(object: Manifest, { kind, key, birth, highest, content, modified }: HandMade): Stored {
  const uid = handMadeUid(kind, key, birth);
  const resourceVersion = `${highest}-${sha256(content).slice(0, 12)}`;
  return { ...object, metadata: withHandEdit({ ...object.metadata, uid, resourceVersion }, modified) };
}

function withHandEdit(metadata: Stored["metadata"], modified: Date): Stored["metadata"] {
  return {
    ...metadata,
    managedFields: [{ manager: "hand edit", operation: "Update", time: modified.toISOString() }],
  };
}

/**
 * The uid of an object that a person put into the folder. A read cannot store a uid, so it is computed from the place and from
 * the number of the object's first version. Edits keep it. An object that is created after a removal gets another one.
 */
function handMadeUid(kind: Kind, key: ObjectKey, birth: number): string {
  const hash = sha256(`hand-made ${apiVersionOf(kind)} ${kind.kind} ${keyText(key)} ${birth}`);
  // RFC 9562 version 8: a UUID by the application's own rule.
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

export function storedAs(object: Manifest, number: number): Stored {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(number) } } as Stored;
}

function readShown(files: FileSystem, place: Place): Promise<FileContent | undefined> {
  return readPlainFile(files, place.manifest, place.shown, MAX_OBJECT_BYTES);
}

/** Undefined if there is no such file. Throws MalformedManifest if it is not a plain file, and system calls' errors. */
export async function readPlainFile(
  files: FileSystem,
  path: string,
  shown: string,
  maxBytes: number,
): Promise<FileContent | undefined> {
  try {
    return await unless(["ENOENT"], files.readFile(path, maxBytes));
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    const fault = errno === "EFBIG" ? faultWording.tooManyBytes(maxBytes) : UNREADABLE[errno];
    throw fault === undefined ? error : new MalformedManifest(shown, fault);
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  EISDIR: faultWording.folder,
  EINVAL: faultWording.notPlain,
  ELOOP: faultWording.endlessLink,
};

function sameBytes(a: FileContent | undefined, b: FileContent | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.bytes.equals(b.bytes);
}
