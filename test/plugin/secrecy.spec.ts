import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { composeForPulumi } from "../../provider/pulumi/compose";
import type { WireProperties } from "../../provider/pulumi/wire";
import { configure, useMemory, useProcesses } from "./backend";
import { ProviderProcess } from "./provider-process";
import { type Kept, type Kind, Resource, secret } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }];

describe("secrets", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  const resource = async (kind: Kind) => new Resource(await start(), kind, "one");
  beforeEach(async () => {
    await (await resource("ipPool")).made({
      name: "net",
      pools,
      prefix: 24,
      gateway: "10.0.0.1",
      dnsServers: ["10.0.0.3"],
    });
  });

  /** The secret properties, in the inputs and outputs of a whole life. */
  async function life(kind: Kind, news: WireProperties): Promise<{ [verb: string]: readonly string[] }> {
    const one = await resource(kind);
    const inputs = await one.checked(news);
    const kept = await one.create(inputs);
    const read = await (await resource(kind)).read(kept);
    const updated = await (await resource(kind)).update(read, await (await resource(kind)).checked(news, read.inputs));
    const shown = [await one.previewedCreate(inputs), await one.previewedUpdate(kept, inputs)];
    const [previewed, previewedUpdate] = shown as [WireProperties, WireProperties];
    const outputs = { create: kept.outputs, read: read.outputs, update: updated.outputs, previewed, previewedUpdate };
    const bags: Record<string, WireProperties> = { check: inputs, ...outputs, inputs: read.inputs };
    return Object.fromEntries(Object.entries(bags).map(([verb, bag]) => [verb, secretsIn(bag)]));
  }

  const rows: readonly (readonly [what: string, kind: Kind, news: WireProperties, inputs: string[]])[] = [
    [
      "address",
      "preAllocation",
      { pool: "net", host: "a", address: secret("10.0.0.15") },
      ["address", "claimName", "dnsServers", "gateway", "namespace", "prefix"],
    ],
    [
      "labels",
      "ipClaim",
      { name: "vip", pool: "net", labels: { a: secret("x"), b: "y" } },
      ["address", "addressName", "dnsServers", "gateway", "labels", "namespace", "prefix"],
    ],
    [
      "hosts",
      "preAllocationSet",
      { pool: "net", hosts: [secret("a"), "b"] },
      ["addresses", "allocations", "hosts", "namespace"],
    ],
  ];
  for (const [what, kind, news, expected] of rows) {
    it(`stay secret in outputs, and so does everything made from them (${what})`, async () => {
      const found = await life(kind, news);
      for (const [verb, secrets] of Object.entries(found)) assert.deepEqual(secrets, expected, verb);
    });
  }

  it("are in clear text in the pool, because Metal3 reads it", async () => {
    await (await resource("preAllocation")).made({ pool: "net", host: "a", address: secret("10.0.0.15") });
    const pool = await backend.store.get(IP_POOL, { namespace: "metal3", name: "net" });
    const { preAllocations } = pool!.spec as { preAllocations: object };
    assert.deepEqual(preAllocations, { "a-net": "10.0.0.15" });
  });

  it("do not exist if a program has none", async () => {
    const found = await life("preAllocation", { pool: "net", host: "a" });
    for (const [verb, secrets] of Object.entries(found)) assert.deepEqual(secrets, [], verb);
  });

  it("of a kubeconfig are in no answer and no message", async () => {
    const kubeconfig = JSON.stringify({
      apiVersion: "v1",
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
      clusters: [{ name: "k", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "u", user: { token: "canary-token" } }],
    });
    const file = join(tmpdir(), `metal3-ipam-canary-${process.pid}`);
    await writeFile(file, kubeconfig, { mode: 0o600 });
    const provider = await ProviderProcess.start(composeForPulumi);
    try {
      for (const given of [kubeconfig, file, kubeconfig.slice(0, -3)]) {
        await configure(provider, { kubeconfig: secret(given) });
        const pool = new Resource(provider, "ipPool", "net");
        const kept: Kept = { id: "metal3/net", inputs: {}, outputs: {} };
        const asked = [pool.check({ pools }), pool.read(kept), pool.create({ pools }, 1), pool.delete(kept)];
        const answers = Promise.allSettled(asked);
        await provider.cancel(); // there is no call to wait for
        const told = await answers;
        const texts = told.map((one) => (one.status === "rejected" ? String(one.reason) : JSON.stringify(one.value)));
        assert.doesNotMatch(JSON.stringify([texts, provider.logged]), /canary-token/);
      }
    } finally {
      provider.stop();
    }
  });
});

function secretsIn(bag: WireProperties): string[] {
  const isSecret = (value: unknown) => JSON.stringify(value).includes("4dabf18193072939515e22adb298388d");
  const found = Object.entries(bag).filter(([, value]) => isSecret(value));
  return found.map(([name]) => name).sort();
}
