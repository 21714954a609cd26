/**
 * A real Pulumi engine for tests. A complete test:
 *
 *   import { expectSucceeded, useEngine } from "./engine";
 *
 *   describe("an IPPool", function () {
 *     const engine = useEngine(this); // builds tools and package before the first test, once for all files
 *     it("is made once", async () => {
 *       const stack = await engine().project({ name: "pools", program: `
 *         import { IPPool } from "pulumi-metal3-ipam/dynamic";
 *         export const pool = new IPPool("nodes", { pools: [{ start: "10.0.0.1", end: "10.0.0.9" }] }).name;` });
 *       assert.deepEqual(expectSucceeded(await stack.up()).changes, { create: 1 });
 *       assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1 });
 *     });
 *   });
 *
 * Programs of any language reach the plugin (for example `runtime: "yaml"`): Pulumi.yaml names its folder in the installed
 * package. `metal3-ipam:directory` is set to a folder of the project's own (`stack.directory`), unless `directory` or `config`
 * say otherwise. Give several projects the same `directory` to share it. Everything is removed after the suite.
 */
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { attachPlugin } from "./attached-plugin";
import { repository } from "./cache";
import { withGo } from "./go-programs";
import { installedPackage } from "./installed-package";
import { activatedPython } from "./installed-python";
import { startKeyKeeper } from "./key-keeper";
import { type ProgramSpec, writeProject } from "./program";
import { COLD_MS } from "./run";
import { Stack } from "./stack";
import { engineTools } from "./tools";

export { expectFailed, expectSucceeded, unknown } from "./result";
export type { Stack } from "./stack";

/** A project with its first stack. */
export interface ProjectSpec extends ProgramSpec {
  /** Name of the first stack. Default: `dev`. */
  readonly stack?: string;
  readonly config?: Readonly<Record<string, string>>;
  /** Folder of Pulumi's state. Default: its own. Give another stack's `backend` to share it. */
  readonly backend?: string;
  /** Folder of the embedded store. Default: its own. `null`: leave `metal3-ipam:directory` unset. */
  readonly directory?: string | null;
  /**
   * `attached`: the engine asks the plugin's service in this process (attached-plugin.ts), which saves more than half of a
   * command. For projects whose configuration names a folder or a kubeconfig, as this process has another environment.
   * Default: it starts the processes of the installed package.
   */
  readonly plugin?: "attached";
  /** More environment, such as KUBECONFIG. Only PATH is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Pulumi CLI with its own home, and the projects created with it. */
export interface Engine {
  /** The folder of all temporary files. */
  readonly root: string;
  /** Writes a project and creates its first stack. */
  project(spec: ProjectSpec): Promise<Stack>;
  /** Stops what is still running and removes all files. */
  dispose(): Promise<void>;
}

/** Starts an engine whose programs find the packages of `installed` (default: this package, packed and installed). */
export async function startEngine(installed: Promise<string> = installedPackage()): Promise<Engine> {
  const [packages, tools] = await Promise.all([installed, engineTools()]);
  const root = await mkdtemp(join(tmpdir(), "metal3-ipam-engine-"));
  const removeAtExit = (): void => rmSync(root, { recursive: true, force: true });
  await symlink(join(repository, "sdk"), join(root, "sdk")); // two folders up from a program, as from an example
  process.on("exit", removeAtExit); // also after Ctrl-C in mocha, or a failing hook
  const keeper = await startKeyKeeper();
  const started: { stop(): void }[] = [{ stop: keeper.close }];
  let projects = 0;
  return {
    root,
    async project(spec) {
      projects += 1;
      const home = join(root, `${projects}-${spec.name}`);
      const backend = spec.backend ?? join(home, "backend");
      const directory = spec.directory === null ? undefined : (spec.directory ?? join(home, "store"));
      const folder = join(home, "program");
      await mkdir(backend, { recursive: true });
      await writeProject(folder, spec, packages);
      const attached = spec.plugin && (await attachPlugin());
      if (attached) started.push({ stop: attached.close });
      const language = await environmentFor(spec.runtime, tools, root, backend);
      const env = { ...language, ...keeper.env, ...attached?.env, ...spec.env };
      const stack = new Stack(
        {
          name: spec.name,
          folder,
          backend,
          directory,
          cli: join(tools, "pulumi"),
          env,
          runtime: spec.runtime,
          onStart: (running) => started.push(running),
        },
        spec.stack ?? "dev",
      );
      return stack.create(spec.config ?? {});
    },
    async dispose() {
      for (const running of started) running.stop(); // ended ones need no stop
      process.off("exit", removeAtExit);
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/**
 * The environment of a CLI under test: no HOME, KUBECONFIG or PULUMI_ setting of the developer, and this Node.
 * `transpile only`: ts-node's type check takes seconds in each of many runs; the package's types have tests of their own.
 */
export function engineEnvironment(tools: string, home: string, backend: string): Record<string, string> {
  return {
    PATH: [tools, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    HOME: home,
    TMPDIR: tmpdir(),
    PULUMI_HOME: join(home, ".pulumi"),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "only for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_COMMANDS: "true", // lets the CLI write its event log to a file
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    TS_NODE_TRANSPILE_ONLY: "true",
    NO_COLOR: "1",
  };
}

/** The same, with the needs of programs of this language. */
export async function environmentFor(
  runtime: string | undefined,
  ...[tools, home, backend]: Parameters<typeof engineEnvironment>
): Promise<Record<string, string>> {
  const env = engineEnvironment(tools, home, backend);
  if (runtime === "python") return activatedPython(env);
  return runtime === "go" ? withGo(env) : env;
}

let shared: Promise<Engine> | undefined;

/** After the last test of all files, because listeners in this process would keep it alive. */
function disposeAtEnd(suite: Mocha.Suite, started: Promise<Engine>): void {
  let root = suite;
  while (root.parent !== undefined) root = root.parent;
  root.afterAll("Pulumi engine", async () => {
    const engine = await started.catch(() => undefined);
    await engine?.dispose();
  });
}

/** Gives a mocha suite the engine, which all suites of this run share, and time for it. */
export function useEngine(suite: Mocha.Suite): () => Engine {
  let engine: Engine | undefined;
  suite.beforeAll("Pulumi engine", async function () {
    this.timeout(COLD_MS);
    if (shared === undefined) {
      shared = startEngine();
      disposeAtEnd(suite, shared);
    }
    engine = await shared;
  });
  return () => {
    if (engine === undefined)
      throw new Error("The engine runs only during tests and hooks. Call this function inside one.");
    return engine;
  };
}
