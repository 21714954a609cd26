/**
 * The folder of one object's versions. Names in it:
 *
 *     7                       version 7: checksum line, then JSON; complete from its first moment, never changed
 *     7.published             the folder of manifests shows version 7 (for a tombstone: shows nothing)
 *     8.<token>.version       somebody is about to link version 8
 *     8.<token>.manifest      ... and to rename this over the published manifest
 *     8.<token>.taken/        ... or, for a tombstone, to move the published manifest in here
 */
import { join } from "node:path";
import { z } from "zod";
import { type Manifest, manifest } from "../../api/meta";
import { asJson } from "../json";
import { sha256 } from "./canonical";
import { errnoOf, type FileSystem, unless } from "./file-system";

export interface Version {
  readonly number: number;
  /** The number of the first version of this life; a new one after each removal. */
  readonly birth: number;
  /** Without resourceVersion; undefined: the tombstone of a removal. */
  readonly object: Manifest | undefined;
  /** Its writer's own: whose version this is, should the answer to the link be lost. */
  readonly token: string;
  /** SHA-256 of the manifest's text: equal bytes need no parser. */
  readonly manifestHash: string | undefined;
}

const versionBody = z.object({
  birth: z.number().int().positive(),
  token: z.string(),
  manifestHash: z.string().optional(),
  object: manifest.optional(),
});

/** What one look at the folder found. */
export interface VersionListing {
  /** Ascending. */
  readonly numbers: readonly number[];
  /** 0: there is none. */
  readonly highest: number;
  readonly published: readonly number[];
  readonly drafts: readonly { readonly number: number; readonly name: string }[];
}

/** Far more than an object of MAX_OBJECT_BYTES with its metadata. */
const MAX_VERSION_BYTES = 8 * 1024 * 1024;

/** Where links are unknown, a version is a directory that holds this file: see `exclusive-link.ts`. */
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

/** `manifestText` is what will be published for the object. */
export function encodeVersion(
  version: Pick<Version, "birth" | "token" | "object">,
  manifestText: string | undefined,
): string {
  const { birth, token, object } = version;
  const body = JSON.stringify({ birth, token, manifestHash: manifestText && sha256(manifestText), object });
  return `${sha256(body)}\n${body}\n`;
}

/** Undefined: it is gone by now (collected). Throws TornVersion. */
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

/** It was synced before it got its name: the disk lost it, or somebody edited it. Nothing here can tell what it said. */
export class TornVersion extends Error {
  constructor(readonly path: string) {
    super(`${path} is damaged`);
  }
}
