import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { goModule } from "./go-programs";

/** The kinds of a user's program. */
export type Runtime = "ts-node" | "javascript" | "esm" | "yaml" | "python" | "go";

/** The parts of a Pulumi project. */
export interface ProgramSpec {
  readonly name: string;
  /** Default: `ts-node`, Pulumi's own default for TypeScript. `esm` is TypeScript, too. The last three use the plugin. */
  readonly runtime?: Runtime;
  /** Source text of the main file. For a `yaml` program: `resources:`, `variables:`, `outputs:`. */
  readonly program?: string;
  /** Other files, or all, by their path. They win over generated ones. */
  readonly files?: Readonly<Record<string, string>>;
  /** More of Pulumi.yaml: `options`, `plugins`, … */
  readonly settings?: Readonly<Record<string, unknown>>;
}

interface Recipe {
  readonly main: string;
  /** A part of Pulumi.yaml. */
  readonly runtime: { readonly name: string; readonly options?: Readonly<Record<string, unknown>> };
  /** The other files of a project of this kind, in addition to Pulumi.yaml and its main file. */
  readonly files: (name: string, main: string) => Readonly<Record<string, string>>;
}

const recipes: Readonly<Record<Runtime, Recipe>> = {
  "ts-node": { main: "index.ts", runtime: { name: "nodejs" }, files: nodeFiles("commonjs") },
  javascript: {
    main: "index.js",
    runtime: { name: "nodejs", options: { typescript: false } },
    files: nodeFiles("commonjs"),
  },
  esm: {
    main: "index.ts",
    runtime: { name: "nodejs", options: { nodeargs: "--loader ts-node/esm --no-warnings" } },
    files: nodeFiles("module"),
  },
  /** Main.yaml rather than Pulumi.yaml, so that a test can replace the program and leave the project's settings. */
  yaml: { main: "Main.yaml", runtime: { name: "yaml" }, files: () => ({}) },
  python: { main: "__main__.py", runtime: { name: "python" }, files: () => ({}) },
  go: { main: "main.go", runtime: { name: "go" }, files: goModule },
};

function nodeFiles(type: "commonjs" | "module"): Recipe["files"] {
  const compilerOptions = {
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
  };
  return (name, main) => ({
    "package.json": JSON.stringify({ name, private: true, type, main }),
    "tsconfig.json": JSON.stringify({ compilerOptions }),
  });
}

/** The main file's name, for tests that replace it. */
export const mainFile = (runtime: Runtime = "ts-node"): string => recipes[runtime].main;

/** The plugin below a program, where `npm install` puts it, for `plugins` of Pulumi.yaml. */
export const installedPlugin = { name: "metal3-ipam", path: "node_modules/pulumi-metal3-ipam/provider/bin" };

/** Writes the project as a user would have it after `npm install`. */
export async function writeProject(folder: string, spec: ProgramSpec, installed: string): Promise<void> {
  const { main, runtime, files: filesOf } = recipes[spec.runtime ?? "ts-node"];
  // The engine refuses a folder that does not exist. Programs of the dynamic door ignore the line.
  const plugins = existsSync(join(installed, installedPlugin.path)) ? { providers: [installedPlugin] } : undefined;
  const files: Record<string, string> = {
    "Pulumi.yaml": stringify({ name: spec.name, runtime, plugins, ...spec.settings }),
    ...filesOf(spec.name, main),
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
