import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFolder, dropOld, repository } from "./cache";
import { type Ran, run, runOrFail } from "./run";
import { versions } from "./versions";

const sdk = join(repository, "sdk", "python");

let ours: Promise<string> | undefined;

/**
 * A virtual environment as `pip install` gives it to a user: this SDK, if it exists, and its requirements. Created once for
 * each state of the sources, and looked up once for each run.
 */
export function installedPython(): Promise<string> {
  ours ??= existsSync(sdk) ? withSdk() : pythonPeers();
  return ours;
}

/** The environment of a shell in which it is active. The host reads nothing else (this one ignores the `virtualenv` option). */
export async function activatedPython(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const folder = await installedPython();
  return { ...env, VIRTUAL_ENV: folder, PATH: `${join(folder, "bin")}:${env.PATH}` };
}

async function withSdk(): Promise<string> {
  const peers = await pythonPeers();
  const files = readdirSync(sdk, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const key = hashOf(peers, ...paths.flatMap((path) => [path.slice(sdk.length), readFileSync(path, "utf8")]));
  const folder = await cachedFolder(`python-${key}`, async (half) => {
    await cp(peers, half, { recursive: true, verbatimSymlinks: true });
    const work = await mkdtemp(join(tmpdir(), "metal3-ipam-python-"));
    try {
      await cp(sdk, join(work, "sdk"), { recursive: true }); // pip leaves its own files next to the sources
      await pip(half, "--no-deps", "--no-build-isolation", join(work, "sdk"));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  await dropOld("python-");
  return folder;
}

/** A virtual environment without this SDK. */
export function pythonPeers(): Promise<string> {
  return environmentOf("peers-python", `${versions.pythonSdk}.txt`);
}

/** Readers of network configurations in Python. */
export function networkReaders(): Promise<string> {
  return environmentOf("network-readers", "network-readers.txt", "--no-deps");
}

async function environmentOf(name: string, file: string, ...options: string[]): Promise<string> {
  const requirements = join(__dirname, "python-requirements", file);
  const key = hashOf(await pythonVersion(), readFileSync(requirements, "utf8"));
  return cachedFolder(`${name}-${key}`, async (half) => {
    await runOrFail("python3", ["-m", "venv", half]);
    await pip(half, ...options, "--requirement", requirements);
  });
}

/** Version and place, because an environment links to the Python that created it. */
async function pythonVersion(): Promise<string> {
  const wanted = "The tests of Python programs need Python 3.10 or newer with its venv module. Put it on PATH";
  const script = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version, sys.base_prefix)";
  const ran = await run("python3", ["-c", script]).catch((error: Error) => {
    throw new Error(`${wanted}: ${error.message}`);
  });
  if (ran.code !== 0) throw new Error(`${wanted}: ${ran.all.trim()}`);
  return ran.stdout;
}

/** Through the module, because the scripts in `bin` have the path where the environment was created, and it was moved since. */
const pip = (environment: string, ...what: string[]): Promise<Ran> =>
  runOrFail(join(environment, "bin", "python"), ["-m", "pip", "install", "--quiet", ...quietly, ...what]);

const quietly = ["--disable-pip-version-check", "--no-warn-script-location", "--root-user-action=ignore"];

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}
