import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";

/** How a user's program is written and started. */
export type Runtime = "ts-node" | "javascript" | "esm";

/** What a Pulumi project consists of. */
export interface ProgramSpec {
  readonly name: string;
  /** Default: `ts-node`, Pulumi's own default for TypeScript. `esm` is TypeScript too. */
  readonly runtime?: Runtime;
  /** Source text of the main file. */
  readonly program?: string;
  /** Other files, or all, by their path. They win over generated ones. */
  readonly files?: Readonly<Record<string, string>>;
  /** More of Pulumi.yaml: `options`, `plugins`, … */
  readonly settings?: Readonly<Record<string, unknown>>;
}

interface Recipe {
  readonly main: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly type: "commonjs" | "module";
}

const recipes: Readonly<Record<Runtime, Recipe>> = {
  "ts-node": { main: "index.ts", options: {}, type: "commonjs" },
  javascript: { main: "index.js", options: { typescript: false }, type: "commonjs" },
  esm: { main: "index.ts", options: { nodeargs: "--loader ts-node/esm --no-warnings" }, type: "module" },
};

/** The main file's name, for tests that replace it. */
export const mainFile = (runtime: Runtime = "ts-node"): string => recipes[runtime].main;

/** Writes the project as a user would have it after `npm install`. */
export async function writeProject(folder: string, spec: ProgramSpec, installed: string): Promise<void> {
  const { main, options, type } = recipes[spec.runtime ?? "ts-node"];
  const compilerOptions = {
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
  };
  const files: Record<string, string> = {
    "Pulumi.yaml": stringify({ name: spec.name, runtime: { name: "nodejs", options }, ...spec.settings }),
    "package.json": JSON.stringify({ name: spec.name, private: true, type, main }),
    "tsconfig.json": JSON.stringify({ compilerOptions }),
    ...(spec.program === undefined ? {} : { [main]: spec.program }),
    ...spec.files,
  };
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeProjectFile(folder, path, text);
  // Node resolves the link before it looks further, so program and package share one copy of @pulumi/pulumi.
  await symlink(join(installed, "node_modules"), join(folder, "node_modules"));
}

/** Writes one file of a project. */
export async function writeProjectFile(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
