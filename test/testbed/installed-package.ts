import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFolder, dropOld, repository } from "./cache";
import { type Ran, runOrFail } from "./run";
import { kubernetesPackage, versions } from "./versions";

/** The other packages of a user's program. Their versions are fixed, because they are part of a test's result. */
const peers = {
  "@pulumi/pulumi": versions.nodeSdk,
  "@pulumi/kubernetes": kubernetesPackage,
  "@types/node": "20.19.43",
  typescript: "5.9.3",
  "ts-node": "10.9.2",
};

/** The sources of a packed package. Packing from a copy of only these keeps old files in `dist` out of the tests. */
const sources = [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "schema.json",
  "README.md",
  "LICENSE",
  "provider",
  "sdk/dynamic",
  "sdk/hosts",
  "sdk/nodejs",
];

let ours: Promise<string> | undefined;

/**
 * A folder with the `node_modules` that `npm install pulumi-metal3-ipam` gives a user: the packed package, its
 * dependencies, and the peers. Created once for each state of the sources, and looked up once for each run.
 */
export function installedPackage(): Promise<string> {
  ours ??= installPacked(repository);
  return ours;
}

/** The same for the package with its sources in `root`. */
export async function installPacked(root: string): Promise<string> {
  const key = hashOfFiles(root);
  const folder = await cachedFolder(`package-${key}`, async (half) => {
    await cp(await installedPeers(), half, { recursive: true, verbatimSymlinks: true });
    const work = await mkdtemp(join(tmpdir(), "metal3-ipam-pack-"));
    try {
      await npmInstall(half, await pack(root, work));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  await dropOld("package-");
  return folder;
}

/** A folder with the peers only, for a program without this package. */
export function installedPeers(): Promise<string> {
  const wanted = Object.entries(peers).map(([name, version]) => `${name}@${version}`);
  const key = createHash("sha256").update(`${process.versions.modules} ${wanted}`).digest("hex").slice(0, 16);
  return cachedFolder(`peers-${key}`, async (half) => {
    await writeFile(join(half, "package.json"), JSON.stringify({ name: "program", private: true }));
    await npmInstall(half, ...wanted);
  });
}

/** The tarball's path. `npm pack` builds first (`prepack`), as for a release. */
async function pack(root: string, work: string): Promise<string> {
  for (const name of sources.filter((name) => existsSync(join(root, name)))) {
    await cp(join(root, name), join(work, name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(work, "node_modules")); // the compiler
  const { stdout } = await npm(work, "pack", "--silent", "--pack-destination", work);
  return join(work, stdout.trim().split("\n").at(-1) ?? "");
}

/** `--ignore-scripts`, because the script of @pulumi/kubernetes would download its plugin. */
const npmInstall = (cwd: string, ...what: string[]): Promise<Ran> =>
  npm(cwd, "install", "--ignore-scripts", "--save-exact", "--no-audit", "--no-fund", ...quietly, ...what);

const quietly = ["--prefer-offline", "--loglevel=error"];

/** Under `npm test` the outer npm's settings come as `npm_…` variables: they must not leak into this one. */
const npm = (cwd: string, ...args: string[]): Promise<Ran> =>
  runOrFail("npm", args, {
    cwd,
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_package_|npm_lifecycle_|INIT_CWD)/.test(name)),
    ),
  });

/** Also of the lock file, which decides the compiler. */
function hashOfFiles(root: string): string {
  const hash = createHash("sha256").update(JSON.stringify([peers, process.versions.node]));
  const add = (path: string): void => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== "node_modules") add(join(path, name));
    } else {
      hash
        .update(`${path.slice(root.length)}\0`)
        .update(readFileSync(path))
        .update("\0");
    }
  };
  for (const name of [...sources, "package-lock.json"]) add(join(root, name));
  return hash.digest("hex").slice(0, 16);
}
