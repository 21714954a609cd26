/**
 * `make example`: runs a project of `examples/` as a user would, with the real engine, types checked. State, home and the
 * stack's secrets salt stay in its `.state` folder. A second run changes nothing, and no run changes a file of the project.
 * An example that needs a cluster gets a new one of the test bed, which ends with the command.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { repository } from "./cache";
import { environmentFor } from "./engine";
import { needsCluster, startExampleCluster } from "./example-cluster";
import { installedPackage } from "./installed-package";
import { pulumiOnPath, testedVersions } from "./pulumi-on-path";
import { engineTools } from "./tools";

/** Host → network → address. The examples export it as `hosts`. */
export type Hosts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Lines of an aligned table: a row for each host, a column for each network. */
export function hostTable(hosts: Hosts): string[] {
  const networks = [...new Set(Object.values(hosts).flatMap(Object.keys))];
  const rows = Object.entries(hosts).map(([host, addresses]) => [
    host,
    ...networks.map((name) => addresses[name] ?? "-"),
  ]);
  const table = [["HOST", ...networks.map((name) => name.toUpperCase())], ...rows];
  const widths = ["", ...networks].map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Settings that an example wants from its user. */
const EXAMPLE_SECRETS = ["bmcPassword"];

/** `command`: another command of the CLI on the example's stack, instead of `up` and the table. */
async function runExample(name: string, command: readonly string[]): Promise<number> {
  const example = join(repository, "examples", name);
  if (!existsSync(join(example, "Pulumi.yaml"))) {
    const names = readdirSync(join(repository, "examples")).join(", ");
    throw new Error(`There is no example ${JSON.stringify(name)}. Choose one of ${names}.`);
  }
  const settings = join(example, "Pulumi.dev.yaml");
  if (!existsSync(settings) || !needsCluster(readFileSync(settings, "utf8"))) return runProject(example, command);
  const cluster = await startExampleCluster(example);
  try {
    const code = await runProject(cluster.folder, command, cluster.env);
    if (code === 0 && command.length === 0) process.stdout.write(`\n${await cluster.objects()}`);
    return code;
  } finally {
    await cluster.dispose();
  }
}

async function runProject(
  example: string,
  command: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const state = join(example, ".state");
  const language = languageOf(example);
  const [tools, installed] = [await toolsFor(language), await installedPackage()];
  const modules = join(example, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  symlinkSync(join(installed, "node_modules"), modules);

  const env = { ...(await exampleEnvironment(language, tools, state)), ...more };
  const pulumi = (stdio: "inherit" | "pipe", ...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(join(tools, "pulumi"), args, {
      cwd: example,
      env,
      stdio: ["inherit", stdio, "inherit"],
      encoding: "utf8",
    });

  const file = join(example, "Pulumi.dev.yaml");
  const settings = existsSync(file) ? readFileSync(file, "utf8") : "";
  const config = join(state, "Pulumi.dev.yaml");
  const salt = existsSync(config)
    ? saltOf(config)
    : whileRestoring(file, settings, () => {
        pulumi("inherit", "stack", "init", "dev");
        return saltOf(file);
      });
  writeFileSync(config, stringify({ ...parse(settings), encryptionsalt: salt }));
  for (const secret of more.KUBECONFIG === undefined ? [] : EXAMPLE_SECRETS)
    pulumi("inherit", "config", "set", "--secret", secret, "example", "--config-file", config);

  if (command.length > 0) return pulumi("inherit", ...command, "--config-file", config).status ?? 1;
  const code = pulumi("inherit", "up", "--yes", "--config-file", config).status ?? 1;
  if (code !== 0) return code;
  const hosts = JSON.parse(pulumi("pipe", "stack", "output", "hosts", "--json").stdout) as Hosts;
  process.stdout.write(`\n${hostTable(hosts).join("\n")}\n`);
  const directory: string | undefined = parse(settings)?.config?.["metal3-ipam:directory"];
  if (directory !== undefined) {
    const path = relative(process.cwd(), resolve(example, directory));
    process.stdout.write(`\nMetal3 manifests, ready for kubectl apply -R: ${path}\n`);
  }
  return 0;
}

function languageOf(example: string): string {
  const { runtime } = parse(readFileSync(join(example, "Pulumi.yaml"), "utf8"));
  return runtime.name ?? runtime;
}

/** The folder of the Pulumi to use. It prefers an installed one, because a build takes Go and minutes. */
async function toolsFor(language: string): Promise<string> {
  const found = pulumiOnPath(language);
  if ("folder" in found) {
    process.stderr.write(`Using Pulumi ${found.version} of ${found.folder}.\n`);
    return found.folder;
  }
  process.stderr.write(`Using Pulumi ${testedVersions[0]}, built for the tests, because ${found.shortcoming}.\n`);
  return engineTools();
}

/** Like in tests, but with a user's type check, and with colours if there is a terminal. */
async function exampleEnvironment(language: string, tools: string, state: string): Promise<Record<string, string>> {
  const backend = join(state, "backend");
  mkdirSync(backend, { recursive: true });
  const own = {
    ...(await environmentFor(language, tools, state, backend)),
    PULUMI_STACK: "dev",
    TERM: process.env.TERM ?? "xterm",
  };
  const dropped = ["PULUMI_NODEJS_TRANSPILE_ONLY", "TS_NODE_TRANSPILE_ONLY", process.stdout.isTTY ? "NO_COLOR" : ""];
  return Object.fromEntries(Object.entries(own).filter(([name]) => !dropped.includes(name)));
}

const saltOf = (file: string): string => String(parse(readFileSync(file, "utf8")).encryptionsalt);

/** `stack init` writes its salt into the project's own settings. No option changes that. */
function whileRestoring<T>(file: string, text: string, act: () => T): T {
  try {
    return act();
  } finally {
    if (text === "") rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
}

if (require.main === module) {
  runExample(process.argv[2] ?? "bootstrap-typescript", process.argv.slice(3)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
