/** The text with the addresses that a command changes, without `--diff`. It comes once, after the engine's last call. */
import assert from "node:assert/strict";
import { useMemory, useProcesses } from "./backend";
import type { ProviderProcess } from "./provider-process";
import { type Kept, Resource, secret } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.250" }];

describe("the addresses that a command changes", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  let provider: ProviderProcess;
  const set = (name = "rack") => new Resource(provider, "preAllocationSet", name);
  const host = (name: string) => new Resource(provider, "preAllocation", name);
  const claim = (name: string) => new Resource(provider, "ipClaim", name);
  const net = () => new Resource(provider, "ipPool", "net");
  let pool: Kept;

  /** The text at the end of the run. The next run has its own process. */
  async function told(): Promise<string[]> {
    await provider.cancel();
    const lines = provider.logged.filter(({ severity, ephemeral }) => severity === "info" && !ephemeral);
    for (const { urn } of lines) assert.equal(urn, "");
    provider = await start();
    return lines.flatMap(({ message }) => message.split("\n").map((line) => line.trim()));
  }

  beforeEach(async () => {
    provider = await start();
    pool = await net().made({ pools });
    assert.deepEqual(await told(), []);
  });

  it("are one text for all resources, with new, changed and removed ones, in a preview and in the update", async () => {
    const rack = { pool: "net", hosts: ["r-1", "r-2"], start: "10.0.0.20" };
    const kept = {
      rack: await set().made(rack),
      a: await host("a").made({ pool: "net", host: "a", address: "10.0.0.30" }),
      gone: await host("gone").made({ pool: "net", host: "gone", address: "10.0.0.31" }),
      vip: await claim("vip").made({ pool: "net", address: "10.0.0.40" }),
    };
    assert.deepEqual(await told(), [
      "new addresses:",
      "+ a of metal3/net: 10.0.0.30",
      "+ gone of metal3/net: 10.0.0.31",
      "+ r-1 of metal3/net: 10.0.0.20",
      "+ r-2 of metal3/net: 10.0.0.21",
      "+ vip of metal3/net: 10.0.0.40",
    ]);
    const news = {
      rack: { ...rack, hosts: ["r-2", "r-3"], pins: { "r-2": "10.0.0.25" } },
      a: { pool: "net", host: "a", address: "10.0.0.35" },
      vip: { pool: "net", address: "10.0.0.40", labels: { tier: "edge" } },
      own: { pools, preAllocations: { own: "10.0.0.50" } },
    };
    const expected = [
      "addresses that change:",
      "~ a of metal3/net: 10.0.0.30 => 10.0.0.35",
      "+ b of metal3/net: 10.0.0.36",
      "+ own of metal3/net: 10.0.0.50",
      "- r-1 of metal3/net: 10.0.0.20",
      "~ r-2 of metal3/net: 10.0.0.21 => 10.0.0.25",
      "+ r-3 of metal3/net: 10.0.0.22",
    ];
    await net().previewedUpdate(pool, await net().checked(news.own, pool.inputs));
    await set().previewedUpdate(kept.rack, await set().checked(news.rack, kept.rack.inputs));
    await host("a").previewedUpdate(kept.a, await host("a").checked(news.a, kept.a.inputs));
    await host("b").previewedCreate(await host("b").checked({ pool: "net", host: "b", address: "10.0.0.36" }));
    await claim("vip").previewedUpdate(kept.vip, await claim("vip").checked(news.vip, kept.vip.inputs));
    assert.deepEqual((await told()).sort(), expected.toSorted());

    await net().update(pool, await net().checked(news.own, pool.inputs));
    await set().update(kept.rack, await set().checked(news.rack, kept.rack.inputs));
    await host("a").update(kept.a, await host("a").checked(news.a, kept.a.inputs));
    await host("b").made({ pool: "net", host: "b", address: "10.0.0.36" });
    await claim("vip").update(kept.vip, await claim("vip").checked(news.vip, kept.vip.inputs));
    await host("gone").delete(kept.gone);
    assert.deepEqual((await told()).sort(), [...expected, "- gone of metal3/net: 10.0.0.31"].sort());
  });

  it("are none if a claim goes from one resource to another with its address", async () => {
    const old = await host("a").made({ pool: "net", host: "a" });
    await told();
    await host("renamed").made({ pool: "net", host: "a" });
    await host("a").delete(old);
    assert.deepEqual(await told(), []);
  });

  it("are none in the preview and the update of a replacement that keeps its addresses", async () => {
    const news = { pool: "net", claimNames: ["v", "w"] };
    const kept = await set().made(news);
    await told();
    const other = { ...news, claimKind: "IPAddressClaim" };
    const inputs = await set().checked(other, kept.inputs);
    assert.deepEqual((await set().diff(kept, inputs)).replaces, ["claimKind"]);
    await set().previewedCreate(await set().checked(other));
    assert.deepEqual(await told(), []);
    const more = { ...other, claimNames: ["v", "w", "x"] };
    await set().diff(kept, await set().checked(more, kept.inputs));
    await set().previewedCreate(await set().checked(more));
    const lines = await told();
    assert.deepEqual([lines.length, lines[1]?.slice(0, 21)], [2, "+ x of metal3/net: 10"]);
    await set().diff(kept, await set().checked(other, kept.inputs));
    await set().made(other);
    await set().delete(kept);
    assert.deepEqual(await told(), []);
  });

  it("are none if nothing has changed, or only something else", async () => {
    const kept = await host("a").made({ pool: "net", host: "a" });
    await told();
    await host("a").update(kept, await host("a").checked({ pool: "net", host: "a", adopt: true }, kept.inputs));
    assert.deepEqual(await told(), []);
  });

  it("are shown as known later if only the update knows them", async () => {
    for (const name of ["a", "b"]) {
      const news = { pool: "net", host: name, placement: "lowest" };
      await host(name).previewedCreate(await host(name).checked(news));
    }
    const lines = ["a", "b"].map((name) => `+ ${name} of metal3/net: known after the update`);
    assert.deepEqual(await told(), ["new addresses:", ...lines]);
  });

  it("hide secrets", async () => {
    await host("a").made({ pool: "net", host: "a", address: secret("10.0.0.33") });
    await set().made({ pool: "net", hosts: secret(["x", "y"]) });
    assert.deepEqual(await told(), [
      "new addresses:",
      "+ [secret] of [secret]/net: [secret]",
      "+ [secret] of [secret]/net: [secret]",
      "+ a of [secret]/net: [secret]", // the namespace was filled in next to a secret
    ]);
  });

  it("show that a secret address changes, and that secret hosts come and go", async () => {
    const host1 = await host("a").made({ pool: "net", host: "a", address: secret("10.0.0.33") });
    const rack1 = await set().made({ pool: "net", hosts: secret(["x"]) });
    await told();
    await host("a").previewedUpdate(
      host1,
      await host("a").checked({ pool: "net", host: "a", address: secret("10.0.0.34") }, host1.inputs),
    );
    await set().previewedUpdate(rack1, await set().checked({ pool: "net", hosts: secret(["x", "y"]) }, rack1.inputs));
    assert.deepEqual(await told(), [
      "addresses that change:",
      "+ [secret] of [secret]/net: [secret]",
      "~ a of [secret]/net: [secret] => [secret]",
    ]);
  });

  it("of a hundred claims at most", async () => {
    await set().made({ pool: "net", hosts: Array.from({ length: 103 }, (_, index) => `n-${index}`) });
    const lines = await told();
    assert.deepEqual([lines.length, lines.at(-1)], [102, "and 3 more"]);
  });
});
