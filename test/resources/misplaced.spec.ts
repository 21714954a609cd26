/** Manifests in other files than expected. They count, and check refuses to write there. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { Manifest } from "../../provider/api/meta";
import { openFileStore } from "../../provider/store/file/file-store";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { type Declared, type Refused, Stack } from "./program";

const meta = (name: string) => ({ name, namespace: "metal3" });
const ipam = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: "ipam.metal3.io/v1alpha1",
  kind,
  metadata: meta(name),
  spec,
});
const NET = ipam("IPPool", "net", {
  namePrefix: "net",
  prefix: 24,
  gateway: "10.0.0.1",
  pools: [{ start: "10.0.0.10", end: "10.0.0.19" }],
});
const lock = (address: string, claimName: string) =>
  ipam("IPAddress", `net-${address.replaceAll(".", "-")}`, {
    address,
    pool: { name: "net" },
    claim: { name: claimName },
  });
const asking = { ...hostsClaim("x"), metadata: { ...meta("x"), annotations: { ipAddress: "10.0.0.14" } } };
const all = (...objects: Manifest[]) => objects.map((one) => stringify(one)).join("---\n");

const POOL_LIES = (file: string) =>
  `IPPool metal3/net is in ${file}, which this provider does not write. Move it to metal3/ippools/net.yaml, a file of its own.`;
const BY_HAND = (name: string) =>
  `10.0.0.14 of IPPool metal3/net is held by claim ${name} (not made by this provider). ` +
  "Choose a free address, or release it there first.";

interface Row {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly program: readonly Declared[];
  /** `[]`: no fault, and the misplaced manifest stays as it is. */
  readonly says: readonly string[];
}

const pinned = host("a", { address: "10.0.0.14" });
const ROWS: readonly Row[] = [
  { what: "a pool for a host", files: { "all.yaml": all(NET) }, program: [host("a")], says: [POOL_LIES("all.yaml")] },
  {
    what: "a pool for a set",
    files: { "a/net.yml": all(NET) },
    program: [hosts(["a", "b"])],
    says: [POOL_LIES("a/net.yml")],
  },
  {
    what: "a pool in JSON",
    files: { "net.json": JSON.stringify(NET) },
    program: [host("a")],
    says: [POOL_LIES("net.json")],
  },
  {
    what: "a pool in a List",
    files: { "x.yaml": stringify({ apiVersion: "v1", kind: "List", items: [NET] }) },
    program: [host("a")],
    says: [POOL_LIES("x.yaml")],
  },
  {
    what: "a pool that the program declares",
    files: { "all.yaml": all(NET) },
    program: [pool({ adopt: true })],
    says: [POOL_LIES("all.yaml")],
  },
  {
    what: "a pool in two files",
    files: { "a.yaml": all(NET), "b.yaml": all(NET) },
    program: [host("a")],
    says: [POOL_LIES("a.yaml and b.yaml")],
  },
  {
    what: "a pool for an IPClaim, which does not write it",
    files: { "all.yaml": all(NET) },
    program: [claim("vip")],
    says: [],
  },
  {
    what: "another's lock",
    files: { "all.yaml": all(lock("10.0.0.14", "x")) },
    program: [pool(), pinned],
    says: [BY_HAND("x")],
  },
  {
    what: "another's lock, for a set",
    files: { "all.yaml": all(lock("10.0.0.14", "x")) },
    program: [pool(), hosts(["a"], { pins: { a: "10.0.0.14" } })],
    says: [BY_HAND("x")],
  },
  {
    what: "another's lock, and no pin",
    files: { "all.yaml": all(lock("10.0.0.14", "x")) },
    program: [pool(), ...["a", "b", "c"].map((name) => host(name))],
    says: [],
  },
  {
    what: "the host's own lock",
    files: { "all.yaml": all(lock("10.0.0.14", "a-net")) },
    program: [pool(), host("a", { adopt: true })],
    says: [
      "IPAddress metal3/net-10-0-0-14 is in all.yaml, which this provider does not write. Move it to metal3/ipaddresses/net-10-0-0-14.yaml, a file of its own.",
    ],
  },
  {
    what: "an IPClaim of the name",
    files: { "all.yaml": all(hostsClaim("vip")) },
    program: [pool(), claim("vip")],
    says: [
      "IPClaim metal3/vip is in all.yaml, which this provider does not write. Move it to metal3/ipclaims/vip.yaml, a file of its own.",
    ],
  },
  {
    what: "an IPClaim that asks for the address",
    files: { "all.yaml": all(asking) },
    program: [pool(), pinned],
    says: [
      "10.0.0.14 of IPPool metal3/net is held by IPClaim x, which asks for it and is not served yet. Choose a free address, or release it there first.",
    ],
  },
  {
    what: "others at the pool's place",
    files: { "metal3/ippools/net.yaml": all(lock("10.0.0.14", "x")) },
    program: [pool()],
    says: [
      "IPPool metal3/net belongs in metal3/ippools/net.yaml, but that file holds other objects. Give each object a file of its own.",
    ],
  },
  {
    what: "others at the lock's place",
    files: { "metal3/ipaddresses/net-10-0-0-14.yaml": all(hostsClaim("x")) },
    program: [pool(), pinned],
    says: [
      "IPAddress metal3/net-10-0-0-14 belongs in metal3/ipaddresses/net-10-0-0-14.yaml, but that file holds other objects. Give each object a file of its own.",
    ],
  },
  {
    what: "things that are not Metal3's",
    files: {
      "kustomization.yaml": "resources: [metal3]\n",
      "chart/values.yaml": "a: {{ .b }}\n",
      "package.json": "{}",
    },
    program: [pool(), host("a")],
    says: [],
  },
];

describe("manifests in other files", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "metal3-ipam-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const put = async (file: string, text: string) => {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  };
  const reasons = (outcome: Promise<unknown>): Promise<string[]> =>
    outcome.then(
      () => [],
      (error: Refused) => error.failures.map(({ reason }) => reason),
    );

  for (const { what, files, program, says } of ROWS) {
    it(`${what}: ${says.length > 0 ? "refused in check" : "does not stop others"}`, async () => {
      for (const [file, text] of Object.entries(files)) await put(file, text);
      const stack = new Stack(openFileStore(directory));
      assert.deepEqual(await reasons(stack.preview(program)), says);
      if (says.length === 0) await stack.up(program);
      else assert.deepEqual((await readdir(directory)).includes(".versions"), false, "something was written");
      for (const [file, text] of Object.entries(files))
        assert.equal(await readFile(join(directory, file), "utf8"), text);
    });
  }

  it("a pool that was moved by hand: writes are refused, all else continues, and moving it back repairs it", async () => {
    const program = [pool(), host("a")];
    await new Stack(openFileStore(directory)).up(program);
    const stack = new Stack(openFileStore(directory));
    await stack.up([pool(), host("a")]);
    await rename(join(directory, "metal3/ippools/net.yaml"), join(directory, "pools.yaml"));
    const later = stack.over(openFileStore(directory));
    assert.deepEqual((await later.preview(program)).steps, ["same net", "same a"]);
    const refused = await reasons(later.preview([pool({ gateway: "10.0.0.2" }), host("a"), host("b")]));
    assert.deepEqual(refused, [POOL_LIES("pools.yaml"), POOL_LIES("pools.yaml")]);
    await rename(join(directory, "pools.yaml"), join(directory, "metal3/ippools/net.yaml"));
    const back = stack.over(openFileStore(directory));
    assert.deepEqual(await back.up([pool(), host("a"), host("b")]), ["same net", "same a", "create b"]);
  });

  it("a copy of the pool: a warning if it differs, and nothing is refused", async () => {
    const stack = new Stack(openFileStore(directory));
    await stack.up([pool()]);
    await put("backup.yaml", await readFile(join(directory, "metal3/ippools/net.yaml"), "utf8"));
    const later = () => stack.over(openFileStore(directory));
    assert.deepEqual((await later().preview([pool()])).warnings, []);
    assert.deepEqual(await later().up([pool(), host("a")]), ["same net", "create a"]);
    assert.deepEqual((await later().preview([pool(), host("a")])).warnings, [
      "IPPool metal3/net is also in backup.yaml, with other content. This provider writes " +
        "metal3/ippools/net.yaml only. Remove the other one.",
    ]);
    assert.deepEqual((await held(later().store)).locks, (await held(stack.store)).locks);
  });

  it("a broken file is one error for all resources, and the message does not suggest to delete it", async () => {
    const program = [pool(), host("a"), hosts(["b"]), claim("vip")];
    const stack = new Stack(openFileStore(directory));
    await stack.up(program);
    await put("more.yaml", `${all(NET)}oops\n`);
    const told = new Set<string>();
    for (const one of program) {
      const later = stack.over(openFileStore(directory));
      await later.preview([one]).catch((error: Error) => told.add(error.message));
    }
    assert.deepEqual(
      [...told],
      [
        `Cannot list IPPool objects: more.yaml in ${directory} is not valid. Line 13: Implicit map keys need to be followed by map values. Correct the file. Nothing was overwritten.`,
      ],
    );
  });
});
