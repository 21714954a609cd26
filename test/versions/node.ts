import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder } from "../testbed/cache";
import { runOrFail } from "../testbed/run";

/** Path of a Node of this version. The npm package `node` takes the one for this platform from the registry. */
export async function nodeProgram(version: string): Promise<string> {
  const folder = await cachedFolder(`node-${version}-${process.platform}-${process.arch}`, async (half) => {
    await writeFile(join(half, "package.json"), JSON.stringify({ name: "node-of-a-run", private: true }));
    const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", `node@${version}`];
    await runOrFail("npm", install, { cwd: half, timeoutMs: 10 * 60_000 });
  });
  return join(folder, "node_modules", "node", "bin", "node");
}
