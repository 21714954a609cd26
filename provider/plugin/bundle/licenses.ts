/** The notices of the packages whose code is in the bundle. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** As of `…/node_modules/@grpc/grpc-js/build/src/server.js`. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The folders of the bundled packages, in the order of their names. */
export function bundledPackages({ outputs }: Metafile): string[] {
  const sources = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(sources.flatMap((source) => PACKAGE.exec(source) ?? []))].sort();
}

/** `root`: the folder in which the bundle was made. */
export function licenses(root: string, metafile: Metafile): string {
  const notices = bundledPackages(metafile).map((folder) => notice(join(root, folder)));
  return `The files in this folder contain code of the packages below.\n\n${notices.join("\n")}`;
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no file with its license`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`=== ${name} ${version}, ${license}`, ...texts].map((text) => `${text}\n`).join("\n");
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}
