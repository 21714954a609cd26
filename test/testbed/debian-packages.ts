/** Programs of Debian packages, unpacked into the cache and not installed. The machine stays as it is. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFolder } from "./cache";
import { run, runOrFail } from "./run";

/** By release of Debian. The programs are linked with libraries of their own release. */
const NETWORK_READERS: Readonly<Record<string, readonly string[]>> = {
  12: ["cloud-init", "netplan.io", "libnetplan0", "network-manager", "libnm0"],
  13: ["cloud-init", "netplan-generator", "libnetplan1", "network-manager", "libnm0"],
};

export interface Unpacked {
  /** It has the packages' `etc` and `usr`. */
  readonly root: string;
  /** With it, the programs find their own libraries and Python modules. */
  readonly env: NodeJS.ProcessEnv;
  /** Versions by package, such as `0.106-2+deb12u1`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** cloud-init, netplan and NetworkManager, in the versions of the machine's release. */
export async function debianNetworkReaders(): Promise<Unpacked> {
  const packages = NETWORK_READERS[release()];
  if (!packages) throw new Error(`The network readers need Debian ${Object.keys(NETWORK_READERS).join(" or ")}.`);
  const offered = await offers(packages);
  const key = createHash("sha256").update(offered).digest("hex").slice(0, 16);
  const root = await cachedFolder(`debian-network-readers-${key}`, (half) => unpack(packages, half));
  const libraries = readdirSync(join(root, "usr/lib")).find((name) => name.endsWith("-linux-gnu"));
  const files = offered.matchAll(/ ([a-z0-9.+-]+)_([^_ ]+)_\w+\.deb /g);
  return {
    root,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(root, "usr/lib", libraries ?? ""),
      PYTHONPATH: join(root, "usr/lib/python3/dist-packages"),
    },
    versions: Object.fromEntries([...files].map(([, name, version]) => [name, version])),
  };
}

/** `12`. Other distributions have another text there, or no such file. */
function release(): string {
  const file = "/etc/debian_version";
  return existsSync(file) ? String(Number.parseInt(readFileSync(file, "utf8"), 10)) : "";
}

/** A line for each package, with its version and checksum. */
async function offers(packages: readonly string[]): Promise<string> {
  const question = ["download", "--print-uris", ...packages];
  const ran = await run("apt-get", question);
  if (ran.code === 0) return ran.stdout;
  await runOrFail("apt-get", ["update"]); // a new machine knows no packages
  return (await runOrFail("apt-get", question)).stdout;
}

async function unpack(packages: readonly string[], target: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "metal3-ipam-debian-"));
  try {
    await runOrFail("apt-get", ["download", ...packages], { cwd: work });
    for (const file of readdirSync(work)) await runOrFail("dpkg", ["--extract", join(work, file), target]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
