/** The files that a version leaves on disk, kept as text without any machine's folders. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Door } from "../engine/doors";
import type { StackExport } from "../testbed/stack";

/** Stand for the folder store's path, and for a time within the last hour. */
const DIRECTORY = "{{directory}}";
const TIME = "{{time}}";

/** Path → text of each file, with the store's own files. */
export type Files = Readonly<Record<string, string>>;

export interface SavedStack {
  readonly outputs: unknown;
  readonly resources: number;
  readonly state: StackExport;
  readonly folder: Files;
}

export interface SavedPreview {
  readonly outputs: unknown;
  /** The lines of the preview memory's file that the preview has written. */
  readonly lines: readonly string[];
}

export const savedFile = (what: "stack" | "preview", door: Door): string =>
  join(__dirname, "data", `${what}-${door.name}.json`);

export const readSaved = <Saved>(...of: Parameters<typeof savedFile>): Saved =>
  JSON.parse(readFileSync(savedFile(...of), "utf8"));

export async function filesIn(folder: string): Promise<Files> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = paths.sort().map(async (path) => [relative(folder, path), await readFile(path, "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}

export async function layOut(files: Files, folder: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, path), text, { mode: 0o600 });
  }
}

/** Without positions in sources, which are a machine's paths, and without the salt, because there are no secrets. */
export function portable(state: StackExport, directory: string): StackExport {
  const left = ["sourcePosition", "stackTrace", "secrets_providers"];
  const text = JSON.stringify(state, (key, value) => (left.includes(key) ? undefined : value));
  return JSON.parse(text.replaceAll(directory, DIRECTORY));
}

export function placed(state: StackExport, directory: string): StackExport {
  return JSON.parse(JSON.stringify(state).replaceAll(DIRECTORY, directory));
}

/** The place where a preview of a project's first stack looks for earlier addresses of the pool `net`. */
function memoryFile(runtimeFolder: string, directory: string, project: string): string {
  const key = JSON.stringify([`file:${directory}`, `${project}/dev`, "metal3", "net"]);
  const name = createHash("sha256").update(key).digest("hex").slice(0, 32);
  return join(runtimeFolder, `pulumi-metal3-ipam-${process.getuid?.()}`, name);
}

/** A line is `<claim> <address> <time> <command> <question>`. */
export async function readMemory(...of: Parameters<typeof memoryFile>): Promise<string[]> {
  const text = await readFile(memoryFile(...of), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/ \d{13} /, ` ${TIME} `));
}

export async function layOutMemory(lines: readonly string[], ...of: Parameters<typeof memoryFile>): Promise<void> {
  const file = memoryFile(...of);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await chmod(dirname(file), 0o700); // folders of other users are ignored
  const text = lines.map((line) => `${line.replace(TIME, String(Date.now()))}\n`).join("");
  await writeFile(file, text, { mode: 0o600 });
}
