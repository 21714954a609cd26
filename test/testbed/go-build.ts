import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { COLD_MS, run, runOrFail } from "./run";

/** The build of one Go program. */
export interface GoTool {
  /** Folder of the repository with go.mod and go.sum, and with the source if it is a program of this repository. */
  readonly module: string;
  /** The main package. */
  readonly package: string;
  readonly tags?: string;
  /** Go variables set at link time: a release's version. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files that it reads from its own folder. */
  readonly files?: ModuleFiles;
  /** The expected time on two cores with an empty Go cache. */
  readonly minutesCold: number;
}

/** Files of a Go module that go.mod pins. */
export interface ModuleFiles {
  readonly module: string;
  /** Their paths in the module. */
  readonly paths: readonly string[];
}

const oldest = { major: 1, minor: 26 };

/** Version and platform of the Go that would build there. Throws an error that names what is missing. */
export async function goVersion(source: string): Promise<string> {
  const wanted = `The tests need Go ${oldest.major}.${oldest.minor} or newer to build their tools. Put it on PATH (https://go.dev/dl)`;
  const ran = await run("go", ["env", "GOVERSION", "GOOS", "GOARCH"], {
    cwd: source,
    env: goEnvironment(),
  }).catch((error: Error) => {
    throw new Error(`${wanted}: ${error.message}`);
  });
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(ran.stdout) ?? [];
  const isOld = Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor);
  if (ran.code !== 0 || major === undefined || isOld) throw new Error(`${wanted}: ${ran.all.trim()}`);
  return ran.stdout.trim();
}

/** Builds a tool to the file `target`, with a line of progress every few seconds: a cold build takes minutes. */
export async function goBuild(name: string, tool: GoTool, source: string, target: string): Promise<void> {
  const began = Date.now();
  const seconds = (): string => `${Math.round((Date.now() - began) / 1000)} s`;
  let packages = 0;
  const say = (text: string): boolean => process.stderr.write(`${name}: ${text}\n`);
  say(`building, once (about ${tool.minutesCold} min on two cores with an empty cache)`);
  const clock = setInterval(() => say(`${packages} packages compiled, ${seconds()}`), 10_000);
  try {
    await runOrFail("go", ["build", ...buildFlags(tool), "-v", "-o", target, tool.package], {
      cwd: source,
      env: goEnvironment(),
      timeoutMs: COLD_MS,
      onOutput: (text) => {
        packages += text.split("\n").length - 1; // -v: a line for each package
      },
    });
  } finally {
    clearInterval(clock);
  }
  say(`built in ${seconds()}`);
}

/** Part of the cache key. `-mod=readonly`: go.sum decides, and nothing is upgraded on the way. */
export function buildFlags(tool: GoTool): string[] {
  const variables = Object.entries(tool.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const tags = tool.tags === undefined ? [] : ["-tags", tool.tags];
  return ["-mod=readonly", "-trimpath", "-buildvcs=false", ...tags, "-ldflags", ["-s", "-w", ...variables].join(" ")];
}

/** Without a C compiler and without a workspace file of a parent folder. */
export const goEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, CGO_ENABLED: "0", GOWORK: "off" });

/** Copies files of a Go module into a folder, without their own folders. `source` is the folder with go.mod. */
export async function copyModuleFiles({ module, paths }: ModuleFiles, source: string, folder: string): Promise<void> {
  const options = { cwd: source, env: goEnvironment() };
  await runOrFail("go", ["mod", "download", module], options);
  const { stdout } = await runOrFail("go", ["list", "-m", "-f", "{{.Dir}}", module], options);
  const moved = join(stdout.trim(), "core"); // Cluster API's, since its 1.14
  const root = existsSync(join(moved, "config")) ? moved : stdout.trim();
  for (const path of paths) await copyFile(join(root, path), join(folder, basename(path)));
}
