/** The results of each combination's last run, in the tools' cache. So one of them can run alone, and the page has all. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot, repository } from "../testbed/cache";
import { defaults } from "../testbed/versions";
import type { Combination } from "./combinations";
import type { Finished } from "./page";

const folder = (): string => join(cacheRoot(), "versions");

/** A file of its name and its versions, because with other versions it is another combination. */
function fileOf({ name, node, versions = defaults }: Combination): string {
  const hash = createHash("sha256").update(JSON.stringify({ node, versions })).digest("hex").slice(0, 16);
  return join(folder(), `${name}-${hash}.json`);
}

export function keep({ combination, ...result }: Finished): void {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(fileOf(combination), JSON.stringify(result));
}

export function kept(combination: Combination): Finished {
  const file = fileOf(combination);
  const result: Omit<Finished, "combination"> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return { combination, ...result };
}

/** The files that users get. A change of tests or docs does not make a result old. */
const product = ["provider", "sdk", "schema.json", "package.json"];

/** The commit that has changed the product last. */
export function productCommit(): string {
  const commit = git("log", "-1", "--abbrev=8", "--format=%h", "--", ...product);
  if (commit === "") return "unknown";
  return git("status", "--porcelain", "--", ...product) === "" ? commit : `${commit} and changes`;
}

const git = (...args: string[]): string =>
  (spawnSync("git", args, { cwd: repository, encoding: "utf8" }).stdout ?? "").trim();
