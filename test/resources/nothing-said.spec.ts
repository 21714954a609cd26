/** Null and empty texts count as absent: in programs of all languages, and in manifests. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { handlersOver } from "../../provider/compose";
import { canonicalWords } from "../../provider/resources/canonical";
import type { Properties } from "../../provider/resources/handler";
import { functions, resources } from "../../provider/resources/registry";
import { openFileStore } from "../../provider/store/file/file-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, pool } from "./declare";
import { Stack, testEnvironment } from "./program";

/** The inputs that each resource requires. */
const NEEDED: Record<string, Properties> = {
  ipPool: { name: "net", pools: [{ subnet: "10.0.0.0/28" }] },
  ipClaim: { name: "vip", pool: "net" },
  ipAddressClaim: { name: "vip", poolRef: { apiGroup: "ipam.cluster.x-k8s.io", kind: "InClusterIPPool", name: "net" } },
  preAllocation: { pool: "net", host: "a" },
  preAllocationSet: { pool: "net", hosts: ["a"] },
  getIPPool: { name: "net" },
  getIPAddress: { pool: "net", claimName: "a-net" },
  renderNetworkConfig: { host: "a", nics: [], networks: [] },
  planSubnet: { subnet: "10.0.0.0/24", static: { size: 9 } },
};
const SHAPES = Object.entries({ ...resources, ...functions });

function mayBeLeftOut(schema: z.core.$ZodType): boolean {
  return z.safeParse(schema, undefined).success;
}

describe("inputs without a value", () => {
  for (const [name, { inputs }] of SHAPES) {
    const said = NEEDED[name]!;
    const open = Object.entries(inputs).filter(([property, schema]) => !(property in said) && mayBeLeftOut(schema));
    it(`${name}: null and "" for each of ${open.map(([property]) => property).join(", ")}`, () => {
      for (const [property] of open) {
        for (const nothing of [null, ""])
          assert.deepEqual(canonicalWords(inputs, { ...said, [property]: nothing }), said);
      }
    });
  }

  const rows: [what: string, of: keyof typeof resources, said: Properties, same: Properties][] = [
    [
      "an entry's own",
      "ipPool",
      { pools: [{ subnet: "10.0.0.0/28", start: null, end: "", gateway: null, dnsServers: null, prefix: "" }] },
      {},
    ],
    ["a label", "ipPool", { labels: { a: "b", c: null } }, { labels: { a: "b" } }],
    ["all labels", "ipPool", { labels: { c: null } }, {}],
    ["an annotation", "ipClaim", { annotations: { a: null } }, {}],
    ["an annotation that asks for no address", "ipClaim", { annotations: { ipAddress: "" } }, {}],
    ["an annotation that asks for null", "ipClaim", { annotations: { ipAddress: null } }, {}],
    ["a map without members", "ipPool", { labels: {}, annotations: {}, preAllocations: {} }, {}],
    ["an entry of the pool", "ipPool", { preAllocations: { a: null } }, {}],
    ["a pin", "preAllocationSet", { pins: { a: null } }, {}],
    ["the other way to name a host", "preAllocation", { claimName: null }, {}],
    ["the other list", "preAllocationSet", { claimNames: null }, {}],
    [
      "an owner's own",
      "ipClaim",
      {
        ownerReferences: [
          { apiVersion: "v1", kind: "M", name: "m", uid: "u", controller: null, blockOwnerDeletion: null },
        ],
      },
      { ownerReferences: [{ apiVersion: "v1", kind: "M", name: "m", uid: "u" }] },
    ],
    ["what nobody knows", "ipPool", { unheard: null }, {}],
  ];
  for (const [what, of, said, unsaid] of rows) {
    it(`${of}: ${what}`, async () => {
      const store = openMemoryStore();
      const [one, other] = [said, unsaid].map((words) => {
        const handlers = handlersOver(store, testEnvironment(), "metal3");
        return handlers[of].check({
          owner: { stack: "metal/dev", resource: "r" },
          olds: undefined,
          news: { ...NEEDED[of], ...words },
        });
      });
      const [{ atEnd: _one, ...checked }, { atEnd: _other, ...same }] = [await one!, await other!];
      assert.deepEqual(checked, same);
      assert.deepEqual(checked.failures, []);
    });
  }

  it("an empty text stays a value for free texts, and is a fault for an address", async () => {
    const { ipPool } = handlersOver(openMemoryStore(), testEnvironment(), "metal3");
    const news = { ...NEEDED.ipPool, labels: { a: "" }, preAllocations: { b: "" } };
    const { inputs, failures } = await ipPool.check({ owner: { resource: "r" }, olds: undefined, news });
    assert.deepEqual(inputs.labels, { a: "" });
    assert.deepEqual(failures, [{ path: ["preAllocations", "b"], reason: '"" is not an IP address. It is empty.' }]);
  });

  describe("in a manifest", () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "nothing-said-"));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    const SPEC = "  namePrefix: net\n  pools: [{start: 10.0.0.10, end: 10.0.0.19}]\n";
    const manifests: [what: string, metadata: string, spec: string][] = [
      ["creationTimestamp: null", "  creationTimestamp: null\n", SPEC],
      ["labels and annotations left blank", "  labels:\n  annotations:\n", SPEC],
      ["owners, finalizers and fields left blank", "  ownerReferences:\n  finalizers:\n  managedFields:\n", SPEC],
      ["no deletion", "  deletionTimestamp: null\n  uid: null\n  resourceVersion:\n", SPEC],
      ["a label without a value", "  labels: {a: , b: c}\n", SPEC],
      ["a generate name", "  generateName: null\n  selfLink: ''\n", SPEC],
      ["preAllocations left blank", "", `${SPEC}  preAllocations:\n`],
      ["an entry left blank", "", `${SPEC}  preAllocations: {gone: }\n`],
      ["an empty gateway", "", `${SPEC}  gateway: ''\n  prefix:\n  dnsServers:\n  clusterName: ''\n`],
      ["no name prefix", "", "  namePrefix:\n  pools: [{start: 10.0.0.10, end: 10.0.0.19}]\n"],
      [
        "an entry's own left blank",
        "",
        "  pools: [{start: 10.0.0.10, end: 10.0.0.19, subnet: '', prefix: , gateway: , dnsServers: }]\n",
      ],
      ["a status left blank", "", `${SPEC}status:\n`],
    ];
    for (const [what, metadata, spec] of manifests) {
      it(`${what}: hosts get addresses, and the pool is adopted as it is`, async () => {
        const folder = join(directory, "metal3", "ippools");
        await mkdir(folder, { recursive: true });
        const head = "apiVersion: ipam.metal3.io/v1alpha1\nkind: IPPool\n";
        await writeFile(
          join(folder, "net.yaml"),
          `${head}metadata:\n  name: net\n  namespace: metal3\n${metadata}spec:\n${spec}`,
        );
        const store = openFileStore(directory);
        const others = new Stack(store);
        await others.up([host("a"), claim("vip")]);
        const { address } = others.outputs("a");
        assert.deepEqual((await held(store)).locks, { "a-net": address, vip: others.outputs("vip").address });
        const program = [pool({ adopt: true, prefix: undefined, gateway: undefined })];
        const stack = new Stack(store);
        assert.deepEqual(await stack.up(program), ["create net"]);
        assert.deepEqual(await stack.up(program), ["same net"]);
        const { entries } = await held(store);
        assert.equal(entries["a-net"], address);
        await others.destroy();
        await stack.destroy();
      });
    }
  });
});
