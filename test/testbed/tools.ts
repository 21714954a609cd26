import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile, link } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, repository } from "./cache";
import { buildFlags, type GoTool, goBuild, goVersion } from "./go-build";

/**
 * The real parts that the tests run on, built from pinned modules. Nothing is ever taken from PATH: its version would be
 * part of the result without being written down. The folder `tools/<module>` holds go.mod and go.sum.
 */
export const tools = {
  pulumi: {
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    tags: "osusergo,grpcnotrace",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.255.0" },
    minutesCold: 4,
  },
  "pulumi-language-nodejs": {
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    minutesCold: 1,
  },
} satisfies Record<string, GoTool>;

export type ToolName = keyof typeof tools;

/** Path of a built tool; builds it first if need be. */
export async function tool(name: ToolName): Promise<string> {
  return join(await toolFolder(name), name);
}

async function toolFolder(name: ToolName): Promise<string> {
  const recipe: GoTool = tools[name];
  const source = join(__dirname, "tools", recipe.module);
  const locked = ["go.mod", "go.sum"].map((file) => readFileSync(join(source, file), "utf8"));
  const key = hashOf(await goVersion(source), recipe.package, ...buildFlags(recipe), ...locked);
  return cachedFolder(`${name}-${key}`, (folder) => goBuild(name, recipe, source, join(folder, name)));
}

/**
 * The folder that goes first on PATH of an engine under test: `pulumi`, its language host and the launcher of dynamic
 * providers side by side (from elsewhere on PATH the CLI would warn about them, or miss them).
 */
export async function engineTools(): Promise<string> {
  const names: ToolName[] = ["pulumi", "pulumi-language-nodejs"];
  const built: string[] = [];
  for (const name of names) built.push(await tool(name)); // one after another: each uses all cores
  const launcher = "pulumi-resource-pulumi-nodejs";
  const script = join(repository, "node_modules", "@pulumi", "pulumi", launcher);
  return cachedFolder(`engine-${hashOf(...built, readFileSync(script, "utf8"))}`, async (folder) => {
    for (const [index, path] of built.entries()) {
      const target = join(folder, names[index] as string);
      await link(path, target).catch(() => copyFile(path, target)); // a copy where links are not to be had
    }
    await copyFile(script, join(folder, launcher));
    await chmod(join(folder, launcher), 0o755);
  });
}

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}
