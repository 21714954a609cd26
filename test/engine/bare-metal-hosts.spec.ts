import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../testbed/cache";
import { type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { hostDefinitions } from "../testbed/cluster/host-definitions";
import { installedPackage } from "../testbed/installed-package";
import { writeProject } from "../testbed/program";
import { run } from "../testbed/run";
import { type Answers, type Recording, type Registered, record } from "./recording";

const name = "bare-metal-hosts";
const text = (file: string): Promise<string> => readFile(join(repository, "examples", name, file), "utf8");

const reserved = {
  "node-0-bmc": "reserved",
  "node-1-bmc": "reserved",
  "node-2-bmc": "reserved",
  nodes: "reserved",
} as const;
const backwards = Object.fromEntries(Object.entries(reserved).reverse());

/** The objects that Kubernetes gets, sorted, because parallel requests have no order. */
const made = (registered: readonly Registered[]): string[] =>
  registered
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs, name }) => `${inputs.kind} ${name}`)
    .sort();

/** Each answer with the objects that followed it. The first row has those that waited for none. */
const timeline = ({ phases }: Recording): [after: string, made: string[]][] =>
  phases.map(({ after = "", registered }) => [after, made(registered)]);

describe("examples/bare-metal-hosts", () => {
  let folder: string;
  let all: Recording;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "metal3-ipam-hosts-"));
    const files = ["Pulumi.yaml", "Pulumi.dev.yaml", "index.ts", "package.json", "tsconfig.json"];
    const texts = Object.fromEntries(await Promise.all(files.map(async (file) => [file, await text(file)] as const)));
    await writeProject(folder, { name, files: texts }, await installedPackage());
    all = await recordExample(reserved);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function recordExample(answers: Answers): Promise<Recording> {
    const { config } = parse(await text("Pulumi.dev.yaml"));
    return record(folder, answers, { ...config, [`${name}:bmcPassword`]: "secret" });
  }

  /** The one of that name, or the first of its kind. */
  function object(kind: string, wanted?: string): Registered["inputs"] {
    const found = all.phases.flatMap(({ registered }) => registered);
    const one = found.find(({ inputs, name }) => inputs.kind === kind && name === (wanted ?? name));
    assert.ok(one, `${kind} ${wanted}`);
    return one.inputs;
  }

  it("has types", async () => {
    const tsc = join(folder, "node_modules", ".bin", "tsc");
    const { all, code } = await run(tsc, ["--noEmit"], { cwd: folder, env: process.env });
    assert.equal(code, 0, all);
  });

  it("creates hosts and their data template only after all their addresses are reserved", async () => {
    assert.deepEqual(timeline(all), [
      ["", ["Secret bmc-credentials"]],
      ["node-0-bmc", []],
      ["node-1-bmc", []],
      ["node-2-bmc", []],
      ["nodes", ["BareMetalHost node-0", "BareMetalHost node-1", "BareMetalHost node-2", "Metal3DataTemplate nodes"]],
    ]);
    assert.deepEqual(timeline(await recordExample(backwards)), [
      ["", ["Secret bmc-credentials"]],
      ["nodes", ["Metal3DataTemplate nodes"]],
      ["node-2-bmc", ["BareMetalHost node-2"]],
      ["node-1-bmc", ["BareMetalHost node-1"]],
      ["node-0-bmc", ["BareMetalHost node-0"]],
    ]);
    assert.deepEqual(all.errors, []);
  });

  it("creates no host without its reservations", async () => {
    const { nodes: _, ...bmcs } = reserved;
    const none = await recordExample({ ...bmcs, nodes: "refused" });
    assert.deepEqual(
      timeline(none).flatMap(([, registered]) => registered),
      ["Secret bmc-credentials"],
    );
    assert.match(none.errors.join("\n"), /nodes is refused/);
    const two = await recordExample({ nodes: "reserved", ...bmcs, "node-1-bmc": "refused" });
    assert.deepEqual(timeline(two).slice(1), [
      ["nodes", ["Metal3DataTemplate nodes"]],
      ["node-0-bmc", ["BareMetalHost node-0"]],
      ["node-1-bmc", []],
      ["node-2-bmc", ["BareMetalHost node-2"]],
    ]);
  });

  it("has hosts with all fields that the Bare Metal Operator needs", () => {
    assert.deepEqual(object("BareMetalHost", "node-1"), {
      apiVersion: "metal3.io/v1alpha1",
      kind: "BareMetalHost",
      metadata: { name: "node-1", namespace: "metal3" },
      spec: {
        online: true,
        bootMACAddress: "00:16:3e:21:00:11",
        bmc: {
          address: "redfish-virtualmedia://172.21.0.11/redfish/v1/Systems/1",
          credentialsName: "bmc-credentials",
        },
      },
    });
  });

  it("reserves under the names that CAPM3 will ask for", () => {
    const { spec } = object("Metal3DataTemplate", "nodes") as unknown as Template;
    const pool = spec.networkData.networks.ipv4[0]?.ipAddressFromIPPool;
    const asked = ["node-0", "node-1", "node-2"].map((host) => {
      const { metadata } = object("BareMetalHost", host) as unknown as KubeObject;
      return `${metadata.name}-${pool}`; // m3IPClaimObjectMeta in CAPM3's baremetal/metal3data_manager.go
    });
    assert.deepEqual(Object.keys(all.preAllocations[pool ?? ""] ?? {}), asked);
    assert.deepEqual(all.preAllocations, {
      bmc: { "node-0-bmc": "172.21.0.10", "node-1-bmc": "172.21.0.11", "node-2-bmc": "172.21.0.12" },
      provisioning: {
        "node-0-provisioning": "172.22.0.100",
        "node-1-provisioning": "172.22.0.101",
        "node-2-provisioning": "172.22.0.102",
      },
    });
  });

  describe("on an API server with the CRDs of CAPM3 and the Bare Metal Operator", function () {
    const cluster = useCluster(this, { controllers: false });
    let namespace: string;
    before(async () => {
      const crds = ["-f", await hostDefinitions()];
      await cluster().kubectl(["apply", "--server-side", ...crds]);
      await cluster().kubectl(["wait", "--for=condition=Established", ...crds]);
      namespace = await cluster().namespace();
    });

    const resources = { BareMetalHost: "baremetalhosts", Metal3DataTemplate: "metal3datatemplates" };
    for (const [kind, resource] of Object.entries(resources)) {
      it(`has a ${kind} without unknown fields`, async () => {
        const { apiVersion, metadata, spec } = object(kind) as unknown as KubeObject;
        const path = `${objectPath(`${apiVersion}`, resource, namespace)}?fieldValidation=Strict`;
        await cluster().api.create(path, { apiVersion, kind, metadata: { ...metadata, namespace }, spec });
      });
    }
  });
});

interface Template {
  readonly spec: { readonly networkData: { readonly networks: { readonly ipv4: { ipAddressFromIPPool: string }[] } } };
}
