/** A part of `npm run build`, in the package's root: writes the bundle, with the licenses of what it contains. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle";
import { licenses } from "./licenses";

const folder = join("dist", "plugin");

async function main(): Promise<void> {
  const { files, metafile } = await bundle(process.cwd());
  // The names of files contain hashes, so those of an earlier build would stay.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), licenses(process.cwd(), metafile));
}

void main();
