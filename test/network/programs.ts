/** Runs the programs that apply the formats. None of them touches the machine: they get files, and give files. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rendered } from "../../provider/network/render";
import { nmstateKeyfiles } from "../testbed/cargo-build";
import { debianNetworkReaders, type Unpacked } from "../testbed/debian-packages";
import { networkReaders } from "../testbed/installed-python";
import { runOrFail } from "../testbed/run";

/** Texts by the names of files. */
export type Files = Readonly<Record<string, string>>;

/** What the programs make of one layout. */
export interface Applied {
  /** systemd-networkd's files, from `netplan`. */
  readonly netplan: Files;
  /** The same, from cloud-init's conversion of `networkData`. */
  readonly cloudInitNetplan: Files;
  /** ifupdown's files, from `networkData`. */
  readonly cloudInitIfupdown: Files;
  /** Keyfiles, from `nmstate`. */
  readonly nmstate: Files;
  /** Keyfiles as NetworkManager reads and writes them. */
  readonly networkManager: Files;
  /** The same, of nmstate's keyfiles. */
  readonly nmstateNetworkManager: Files;
}

/** Throws the first error of a program. */
export async function applied(hosts: readonly Rendered[]): Promise<Applied[]> {
  const debian = await debianNetworkReaders();
  const converted = await cloudInit(hosts.map(({ networkData }) => networkData));
  const states = await nmstate(hosts.map(({ nmstate }) => nmstate));
  const all: Applied[] = [];
  for (const [index, host] of hosts.entries()) {
    const [{ netplan, ifupdown }, keyfiles] = [converted[index]!, states[index]!];
    const [fromNetplan, fromCloudInit, networkManager, nmstateNetworkManager] = await Promise.all([
      networkd(debian, host.netplan),
      networkd(debian, netplan),
      normalised(debian, host.keyfiles),
      normalised(debian, keyfiles),
    ]);
    all.push({
      netplan: fromNetplan,
      cloudInitNetplan: fromCloudInit,
      cloudInitIfupdown: ifupdown,
      nmstate: keyfiles,
      networkManager,
      nmstateNetworkManager,
    });
  }
  return all;
}

/** What cloud-init makes of documents in the format of `networkData`. */
export async function cloudInit(documents: readonly string[]): Promise<{ netplan: string; ifupdown: Files }[]> {
  const { env } = await debianNetworkReaders();
  const python = join(await networkReaders(), "bin", "python");
  const script = join(__dirname, "cloud-init-convert.py");
  const { stdout } = await runOrFail(python, [script], { env, stdin: JSON.stringify(documents) });
  const answers = JSON.parse(stdout) as { netplan: string; ifupdown: Files; error?: string }[];
  for (const { error } of answers) if (error !== undefined) throw new Error(`cloud-init: ${error}`);
  return answers;
}

async function nmstate(states: readonly string[]): Promise<Files[]> {
  const { stdout } = await runOrFail(await nmstateKeyfiles(), [], { stdin: JSON.stringify(states) });
  return (JSON.parse(stdout) as { Ok?: Files; Err?: string }[]).map(({ Ok, Err }) => {
    if (!Ok) throw new Error(`nmstate: ${Err}`);
    return Ok;
  });
}

async function networkd({ root, env }: Unpacked, netplan: string): Promise<Files> {
  const work = await mkdtemp(join(tmpdir(), "metal3-ipam-netplan-"));
  try {
    await mkdir(join(work, "etc/netplan"), { recursive: true });
    await writeFile(join(work, "etc/netplan/host.yaml"), netplan, { mode: 0o600 });
    const generator = join(root, "usr/libexec/netplan/generate");
    const { all } = await runOrFail(generator, ["--root-dir", work], { env });
    if (all !== "") throw new Error(`netplan: ${all}${netplan}`);
    const folder = join(work, "run/systemd/network");
    const names = await readdir(folder);
    const texts = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")]);
    return Object.fromEntries(await Promise.all(texts));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function normalised({ root, env }: Unpacked, keyfiles: Files): Promise<Files> {
  const written = Object.entries(keyfiles).map(async ([name, stdin]) => {
    // It needs a change to make. This one sets what is there already.
    const change = ["--offline", "connection", "modify", "connection.id", name.replace(".nmconnection", "")];
    const { stdout, stderr } = await runOrFail(join(root, "usr/bin/nmcli"), change, { env, stdin });
    if (stderr !== "") throw new Error(`nmcli: ${name}: ${stderr}`);
    return [name, stdout];
  });
  return Object.fromEntries(await Promise.all(written));
}
