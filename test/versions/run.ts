/**
 * `make versions`: runs the table (table.ts) on each combination of versions, one after another, and writes docs/versions.md.
 * `make versions only=newest` runs one of them. For the others the page then has the results of their last runs. `only=page`
 * runs none.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { defaults } from "../testbed/versions";
import { type Combination, combinations } from "./combinations";
import { keep, kept, productCommit } from "./kept";
import { nodeProgram } from "./node";
import { type Finished, page } from "./page";

const mocha = join(repository, "node_modules", "mocha", "bin", "mocha.js");
const makeTools = ["--import", "tsx", join(repository, "test", "testbed", "make-tools.ts")];
const table = join(__dirname, "table.ts");

async function runTable(combination: Combination, folder: string): Promise<Finished> {
  const { name, node, versions = defaults } = combination;
  const program = node === undefined ? process.execPath : await nodeProgram(node);
  const record = join(folder, `${name}.json`);
  const own = { METAL3_IPAM_VERSIONS: JSON.stringify(versions), METAL3_IPAM_RECORD: record };
  const run = (...args: string[]): number | null =>
    spawnSync(program, args, { cwd: repository, env: { ...process.env, ...own }, stdio: "inherit" }).status;
  const ran = { combination, date: new Date().toISOString().slice(0, "2026-01-01".length), product: productCommit() };
  process.stdout.write(`\n${name}: ${combination.why}\n`);
  if (run(...makeTools) !== 0) return ran;
  const began = Date.now();
  run(mocha, table);
  const minutes = (Date.now() - began) / 60_000;
  return { ...ran, minutes, recorded: existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : undefined };
}

async function main(only: string | undefined): Promise<void> {
  if (only === "page") return writePage();
  const chosen = combinations.filter(({ name }) => !only || name === only);
  if (chosen.length === 0) {
    throw new Error(
      `There is no combination "${only}". Choose one of ${combinations.map(({ name }) => name).join(", ")}, or page.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "metal3-ipam-versions-"));
  try {
    for (const combination of chosen) {
      const finished = await runTable(combination, folder);
      keep(finished);
      if (!isGood(finished)) process.exitCode = 1;
      writePage();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isGood = ({ recorded }: Finished): boolean => recorded?.rows.every(({ hasPassed }) => hasPassed) ?? false;

function writePage(): void {
  const known = readFileSync(join(__dirname, "known.md"), "utf8");
  writeFileSync(join(repository, "docs", "versions.md"), page(combinations.map(kept), known));
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
