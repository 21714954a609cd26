/**
 * `make versions`: runs the table (table.ts) on each combination of versions, one after another, and writes docs/versions.md.
 * `make versions only=newest` runs one of them, and writes nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { defaults } from "../testbed/versions";
import { type Combination, combinations } from "./combinations";
import { nodeProgram } from "./node";
import { type Finished, page } from "./page";

const mocha = join(repository, "node_modules", "mocha", "bin", "mocha.js");
const table = join(__dirname, "table.ts");

async function runTable(combination: Combination, folder: string): Promise<Finished> {
  const { name, node, versions = defaults } = combination;
  const program = node === undefined ? process.execPath : await nodeProgram(node);
  const record = join(folder, `${name}.json`);
  const own = { METAL3_IPAM_VERSIONS: JSON.stringify(versions), METAL3_IPAM_RECORD: record };
  process.stdout.write(`\n${name}: ${combination.why}\n`);
  const began = Date.now();
  // Its tools are built by the first hook of a cold run: no limit of time here.
  spawnSync(program, [mocha, table], { cwd: repository, env: { ...process.env, ...own }, stdio: "inherit" });
  const minutes = (Date.now() - began) / 60_000;
  if (!existsSync(record)) return { combination, minutes };
  return { combination, minutes, recorded: JSON.parse(readFileSync(record, "utf8")) };
}

async function main(only: string | undefined): Promise<void> {
  const chosen = combinations.filter(({ name }) => !only || name === only);
  if (chosen.length === 0) {
    throw new Error(`versions: ${only} is none of ${combinations.map(({ name }) => name).join(", ")}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "metal3-ipam-versions-"));
  try {
    const finished: Finished[] = [];
    for (const combination of chosen) finished.push(await runTable(combination, folder));
    const date = new Date().toISOString().slice(0, "2026-01-01".length);
    const text = page(finished, date, readFileSync(join(__dirname, "known.md"), "utf8"));
    if (only) process.stdout.write(text);
    else writeFileSync(join(repository, "docs", "versions.md"), text);
    const isGood = ({ recorded }: Finished): boolean => recorded?.rows.every(({ hasPassed }) => hasPassed) ?? false;
    process.exitCode = finished.every(isGood) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
