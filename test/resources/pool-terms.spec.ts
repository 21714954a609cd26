/**
 * The terms of a pool, for which Metal3 has no place. They are annotations, which other stacks, imports and tools can read.
 */
import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { host, hosts, pool } from "./declare";
import { imported, NET } from "./importing";
import { type Declared, Refused, Stack } from "./program";

const PREFIX = "pulumi-metal3-ipam/";

/** The pool's annotations except the marks of its owner. */
async function terms(store: Store): Promise<Record<string, string>> {
  const { annotations = {} } = (await store.get(IP_POOL, NET))!.metadata;
  const found = Object.entries(annotations).map(([key, value]) => [key.replace(PREFIX, ""), value] as const);
  return Object.fromEntries(found.filter(([key]) => !["token", "stack", "state", "resource"].includes(key)));
}

async function annotate(store: Store, key: string, value: string | null): Promise<void> {
  await store.patch(IP_POOL, NET, { metadata: { annotations: { [PREFIX + key]: value } } });
}

/** The pool as an earlier version left it. */
async function withoutTerms(stack: Stack): Promise<void> {
  for (const key of Object.keys(await terms(stack.store))) await annotate(stack.store, key, null);
}

const TEN = JSON.stringify([{ start: "10.0.0.10", end: "10.0.0.19" }]);
const WRITTEN: Record<string, [args: object, terms: Record<string, string>]> = {
  nothing: [{}, {}],
  excludes: [{ excludes: ["10.0.0.12", "10.0.0.16/31"] }, { excludes: '["10.0.0.12","10.0.0.16/31"]', pools: TEN }],
  "excludes that touch nothing": [{ excludes: ["10.0.0.1"] }, { excludes: '["10.0.0.1"]' }],
  "a DHCP range": [{ dhcpRanges: ["10.0.0.100-10.0.0.199"] }, { "dhcp-ranges": '["10.0.0.100-10.0.0.199"]' }],
  allowReserved: [{ allowReserved: true }, { "allow-reserved": "true" }],
  "excludeReserved that splits nothing": [{ excludeReserved: true }, { "exclude-reserved": "true" }],
  "excludeReserved that keeps a DNS server back": [
    { excludeReserved: true, dnsServers: ["10.0.0.10"] },
    { "exclude-reserved": "true", pools: TEN },
  ],
  "both flags": [
    { excludeReserved: true, allowReserved: true, gateway: "10.0.0.15" },
    { "exclude-reserved": "true", "allow-reserved": "true", pools: TEN },
  ],
  "flags that are false, and empty lists": [
    { excludeReserved: false, allowReserved: false, excludes: [], dhcpRanges: [] },
    {},
  ],
  everything: [
    { excludes: ["10.0.0.12"], dhcpRanges: ["10.0.0.30"], excludeReserved: true, allowReserved: true },
    {
      excludes: '["10.0.0.12"]',
      "dhcp-ranges": '["10.0.0.30"]',
      "exclude-reserved": "true",
      "allow-reserved": "true",
      pools: TEN,
    },
  ],
};

describe("a pool's terms", () => {
  for (const [what, [args, expected]] of Object.entries(WRITTEN)) {
    it(`${what}: are written, imported without a diff, and taken back`, async () => {
      const store = openMemoryStore();
      const stack = new Stack(store);
      await stack.up([pool(args)]);
      assert.deepEqual(await terms(store), expected);
      assert.deepEqual(await stack.up([pool(args)]), ["same net"]);

      const importing = new Stack(store);
      const program = await imported(importing, "ipPool", "net", "metal3/net");
      assert.deepEqual(await importing.preview([program]), {
        ...(await importing.preview([program])),
        steps: ["same net"],
        drift: [],
      });
      const { pools, excludes, dhcpRanges, excludeReserved, allowReserved } = program.args;
      const said = Object.entries({ excludes, dhcpRanges, excludeReserved, allowReserved }).filter(
        ([, value]) => value !== undefined,
      );
      const given = Object.entries(args).filter(
        ([key, value]) => key !== "gateway" && key !== "dnsServers" && value !== false && value.length !== 0,
      );
      assert.deepEqual(Object.fromEntries(said), Object.fromEntries(given));
      assert.deepEqual(pools, [{ start: "10.0.0.10", end: "10.0.0.19" }]);

      const isNothing = Object.keys(expected).length === 0;
      await stack.up([pool()]);
      assert.deepEqual(await terms(store), isNothing ? expected : {});
    });

    it(`${what}: are not drift if an earlier version has not written them`, async () => {
      const store = openMemoryStore();
      const stack = new Stack(store);
      await stack.up([pool(args)]);
      await withoutTerms(stack);
      const { steps, drift } = await stack.preview([pool(args)]);
      assert.deepEqual({ steps, drift }, { steps: ["same net"], drift: [] });
      assert.deepEqual(await stack.up([pool(args)]), ["same net"]);
      assert.deepEqual(await terms(store), {});
      // The next change adds them.
      assert.deepEqual(await stack.up([pool({ ...args, labels: { site: "a" } })]), ["update net"]);
      assert.deepEqual(await terms(store), expected);
    });
  }

  it("are drift if a user changes them, and are restored", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const program = [pool({ dhcpRanges: ["10.0.0.100-10.0.0.199"], excludes: ["10.0.0.12"], allowReserved: true })];
    await stack.up(program);
    const before = await terms(store);
    await annotate(store, "dhcp-ranges", '["10.0.0.150"]');
    const { drift, steps } = await stack.preview(program);
    assert.deepEqual(drift, ['IPPool metal3/net dhcpRanges: found ["10.0.0.150"], expected ["10.0.0.100-10.0.0.199"]']);
    assert.deepEqual(steps, ["update net"]);
    await stack.up(program);
    assert.deepEqual(await terms(store), before);
  });

  it("that a user has removed or added are not drift", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const program = [pool({ dhcpRanges: ["10.0.0.100-10.0.0.199"] })];
    await stack.up(program);
    await annotate(store, "dhcp-ranges", null);
    await annotate(store, "allow-reserved", "true");
    assert.deepEqual(await stack.up(program), ["same net"]);
  });

  it("keep pools of other stacks off its DHCP ranges in any spelling", async () => {
    for (const text of ['["10.0.0.150-10.0.0.160"]', "10.0.0.150-10.0.0.160", "10.0.0.30, 10.0.0.150-10.0.0.160"]) {
      const store = openMemoryStore();
      await new Stack(store, "metal/first").up([pool()]);
      await annotate(store, "dhcp-ranges", text);
      const two = pool({ pools: [{ start: "10.0.0.160", end: "10.0.0.170" }] }, "two");
      const second = new Stack(store, "metal/second");
      await assert.rejects(second.preview([two]), (error: unknown) => {
        assert.ok(error instanceof Refused);
        assert.equal(
          error.message,
          "two: pools: 10.0.0.160-10.0.0.170 overlaps a DHCP range of IPPool metal3/net (both have 10.0.0.160). Make them " +
            "disjoint, or exclude the DHCP range.",
        );
        return true;
      });
      // It is in state already when the first stack writes its DHCP ranges.
      await annotate(store, "dhcp-ranges", null);
      await second.up([two]);
      await annotate(store, "dhcp-ranges", text);
      const { steps, warnings } = await second.preview([two]);
      assert.deepEqual(steps, ["same two"]);
      assert.match(
        warnings.join("\n"),
        /^IPPool metal3\/two: 10\.0\.0\.160-10\.0\.0\.170 overlaps a DHCP range of IPPool metal3\/net/,
      );
    }
  });

  it("that cannot be read are ignored", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool()]);
    for (const key of ["excludes", "dhcp-ranges", "pools"]) {
      for (const text of ["", "{}", "7", "null", "[7]", '["x"]', "[[", "a-b-c", '[{"start":1}]'])
        await annotate(store, key, text);
      assert.deepEqual(await stack.up([pool()]), ["same net"]);
      const importing = new Stack(store);
      const program = await imported(importing, "ipPool", "net", "metal3/net");
      assert.deepEqual(program.args.excludes ?? [], []);
    }
  });

  it("are left out of an import if the entries were changed since", async () => {
    const store = openMemoryStore();
    await new Stack(store).up([pool({ excludes: ["10.0.0.12"], dhcpRanges: ["10.0.0.30"] })]);
    const pools = [
      { start: "10.0.0.10", end: "10.0.0.11" },
      { start: "10.0.0.14", end: "10.0.0.19" },
    ];
    await store.patch(IP_POOL, NET, { spec: { pools } });
    const { args } = await imported(new Stack(store), "ipPool", "net", "metal3/net");
    assert.deepEqual([args.pools, args.excludes, args.dhcpRanges], [pools, undefined, ["10.0.0.30"]]);
  });

  it("of over 32 KiB are left out, and the pool is created", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const long = (at: number) => `fd00:1111:2222:3333:4444:5555:${at.toString(16)}`;
    const excludes = Array.from({ length: 450 }, (_, at) => `${long(at)}:1000-${long(at)}:1fff`);
    const six = { pools: [{ subnet: "fd00:1111:2222:3333::/64" }], prefix: 64, gateway: undefined };
    const program = [pool({ ...six, excludes, dhcpRanges: ["fd00:9::/80"] })];
    await stack.up(program);
    assert.deepEqual(Object.keys(await terms(store)), ["dhcp-ranges", "pools"]);
    assert.deepEqual(await stack.up(program), ["same net"]);
  });
});

describe("DNS servers of a pool that an earlier version created with excludeReserved", () => {
  const args = { excludeReserved: true, dnsServers: ["10.0.0.12"] };
  const WARNED =
    "IPPool metal3/net offers 10.0.0.12 (DNS server). Metal3 gives such addresses to hosts. Add them to `excludes`.";

  /** The earlier version offers the address, and a host may have it. It excludes nothing else here. */
  async function earlier(...held: Declared[]): Promise<Stack> {
    const stack = new Stack(openMemoryStore());
    await stack.up([pool({ ...args, excludeReserved: false }), ...held]);
    await withoutTerms(stack);
    const { inputs, outputs, ...kept } = stack.state.get("net")!;
    stack.state.set("net", { ...kept, inputs: { ...inputs, ...args }, outputs: { ...outputs, ...args } });
    return stack;
  }

  it("stay on offer, with a warning, and no host loses its address", async () => {
    for (const held of [[], [host("a", { address: "10.0.0.12" })]]) {
      const stack = await earlier(...held);
      const program = [pool(args), ...held];
      const { steps, drift, warnings } = await stack.preview(program);
      assert.deepEqual(
        steps,
        program.map(({ as }) => `same ${as}`),
      );
      assert.deepEqual([drift, warnings], [[], [WARNED]]);
      await stack.up([pool({ ...args, labels: { site: "a" } }), ...held]);
      assert.equal(stack.outputs("net").capacity, 10);
    }
  });

  it("are not proposed, and are excluded when the program changes them", async () => {
    const stack = await earlier();
    await stack.up([pool(args), hosts(Array.from({ length: 9 }, (_, at) => `h-${at}`))]);
    assert.ok(!Object.values(stack.outputs("rack").addresses as object).includes("10.0.0.12"));
    await stack.up([pool({ ...args, dnsServers: ["10.0.0.12", "1.1.1.1"] }), hosts([])]);
    assert.equal(stack.outputs("net").capacity, 9);
    assert.deepEqual(
      (await stack.preview([pool({ ...args, dnsServers: ["10.0.0.12", "1.1.1.1"] }), hosts([])])).warnings,
      [],
    );
  });
});
