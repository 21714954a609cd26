/**
 * The folder of one object's versions. It has these names:
 *
 *     7                       version 7: a checksum line, then JSON. It is complete from its first moment, and never changes.
 *     7.published             The folder of manifests shows version 7 (for a tombstone: no manifest).
 *     8.<token>.version       A writer is about to link version 8,
 *     8.<token>.manifest      and then to rename this over the published manifest,
 *     8.<token>.taken/        or, for a tombstone, to move the published manifest into this directory.
 */
import { join } from "node:path";
import { z } from "zod";
import { type Manifest, manifest } from "../../api/meta";
import { asJson } from "../json";
import { sha256 } from "./canonical";
import { errnoOf, type FileSystem, unless } from "./file-system";

export interface Version {
  readonly number: number;
  /** The number of the object's first version. An object that is created after a removal has another one. */
  readonly birth: number;
  /** Without resourceVersion. Undefined for the tombstone of a removal. */
  readonly object: Manifest | undefined;
  /** Identifies the writer, in case the answer to the link is lost. */
  readonly token: string;
  /** SHA-256 of the manifest's text. Equal bytes need not be parsed. */
  readonly manifestHash: string | undefined;
}

const versionBody = z.object({
  birth: z.number().int().positive(),
  token: z.string(),
  manifestHash: z.string().optional(),
  object: manifest.optional(),
});

/** The result of one look at the folder. */
export interface VersionListing {
  /** Ascending. */
  readonly numbers: readonly number[];
  /** 0 if there is none. */
  readonly highest: number;
  readonly published: readonly number[];
  readonly drafts: readonly { readonly number: number; readonly name: string }[];
}

/** Far more than an object of MAX_OBJECT_BYTES with its metadata. */
const MAX_VERSION_BYTES = 8 * 1024 * 1024;

/** On a file system without links a version is a directory that holds this file: see `exclusive-link.ts`. */
export const VERSION_BODY = "body";

export async function listVersions(files: FileSystem, folder: string): Promise<VersionListing> {
  const names = (await unless(["ENOENT"], files.readDirectory(folder))) ?? [];
  const numbers: number[] = [];
  const published: number[] = [];
  const drafts: { number: number; name: string }[] = [];
  for (const name of names) {
    const match = /^(\d{1,15})(?:\.(published)|\.[0-9a-z]+\.(?:version|manifest|taken))?$/.exec(name);
    if (!match) continue;
    const number = Number(match[1]);
    if (match[2]) published.push(number);
    else if (name.includes(".")) drafts.push({ number, name });
    else if (number > 0) numbers.push(number);
  }
  numbers.sort((a, b) => a - b);
  return { numbers, highest: numbers.at(-1) ?? 0, published, drafts };
}

export function publishedMark(number: number): string {
  return `${number}.published`;
}

/** `manifestText` is the object's manifest. */
export function encodeVersion(
  version: Pick<Version, "birth" | "token" | "object">,
  manifestText: string | undefined,
): string {
  const { birth, token, object } = version;
  const body = JSON.stringify({ birth, token, manifestHash: manifestText && sha256(manifestText), object });
  return `${sha256(body)}\n${body}\n`;
}

/** Undefined if the version was collected meanwhile. Throws TornVersion. */
export async function readVersion(files: FileSystem, folder: string, number: number): Promise<Version | undefined> {
  const path = join(folder, String(number));
  let content: { readonly bytes: Buffer } | undefined;
  try {
    content = await unless(["ENOENT"], files.readFile(path, MAX_VERSION_BYTES));
  } catch (error) {
    if (errnoOf(error) !== "EISDIR") throw error;
    content = await unless(["ENOENT"], files.readFile(join(path, VERSION_BODY), MAX_VERSION_BYTES));
  }
  if (content === undefined) return undefined;
  const [checksum, body, ...rest] = content.bytes.toString("utf8").split("\n");
  if (body === undefined || rest.length !== 1 || sha256(body) !== checksum) throw new TornVersion(path);
  const read = versionBody.safeParse(asJson(body));
  if (!read.success) throw new TornVersion(path);
  const { birth, token, manifestHash, object } = read.data;
  return { number, birth, token, manifestHash, object };
}

/** A version is synced before it gets its name. So the disk lost this content, or a person edited it. It cannot be recovered here. */
export class TornVersion extends Error {
  constructor(readonly path: string) {
    super(`${path} is damaged`);
  }
}
