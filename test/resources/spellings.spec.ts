/** All spellings of a value are accepted, stored in one form, and show no difference afterwards. */
import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import type { Properties } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, host, hosts, pool } from "./declare";
import { imported } from "./importing";
import { type Declared, Stack } from "./program";

/** Sixteen addresses, 2001:db8::10 to ::1f. */
const six = (args: object = {}) => {
  const pools = [{ start: "2001:db8::10", end: "2001:db8::1f" }];
  return pool({ pools, prefix: 64, gateway: "2001:db8::1", ...args });
};

/** `kept`: the inputs that state keeps for the last resource of the program, instead of its spelling. */
const rows: [what: string, program: Declared[], kept: Properties][] = [
  [
    "the announcement's addresses",
    [
      pool({
        pools: [
          { start: "2001:0db8:85a3:0000:0000:8a2e::10", end: "2001:0db8:85a3:0000:0000:8a2e:ffff:fff0", prefix: 96 },
          { subnet: "2001:0db8:85a3:0000:0000:8a2d::/96" },
        ],
        prefix: 96,
        gateway: "2001:0db8:85a3:0000:0000:8a2d::1",
      }),
    ],
    {
      pools: [
        { start: "2001:db8:85a3::8a2e:0:10", end: "2001:db8:85a3::8a2e:ffff:fff0", prefix: 96 },
        { subnet: "2001:db8:85a3::8a2d:0:0/96" },
      ],
      gateway: "2001:db8:85a3::8a2d:0:1",
    },
  ],
  [
    "a subnet with host bits, after which Metal3 begins",
    [pool({ pools: [{ subnet: "2001:0DB8::0010/124" }], gateway: undefined })],
    { pools: [{ subnet: "2001:db8::10/124" }] },
  ],
  ["DNS servers in upper case", [six({ dnsServers: ["2001:DB8::53"] })], { dnsServers: ["2001:db8::53"] }],
  [
    "an entry's own network",
    [
      six({
        pools: [{ start: "2001:db8::10", end: "2001:DB8::1F", gateway: "2001:DB8:0::2", dnsServers: ["::0053"] }],
      }),
    ],
    { pools: [{ start: "2001:db8::10", end: "2001:db8::1f", gateway: "2001:db8::2", dnsServers: ["::53"] }] },
  ],
  ["prefixes that are texts", [six({ prefix: "64" })], { prefix: 64 }],
  [
    "an entry's prefix that is a text",
    [six({ pools: [{ start: "2001:db8::10", end: "2001:db8::1f", prefix: "96" }] })],
    { pools: [{ start: "2001:db8::10", end: "2001:db8::1f", prefix: 96 }] },
  ],
  [
    "excludes of every form",
    [six({ excludes: ["2001:DB8::0011", "2001:DB8::0012 - 2001:DB8::0013", "2001:DB8:0::0014/127"] })],
    { excludes: ["2001:db8::11", "2001:db8::12-2001:db8::13", "2001:db8::14/127"] },
  ],
  [
    "DHCP ranges",
    [six({ dhcpRanges: ["2001:DB8::00F0-2001:DB8::00FF"] })],
    { dhcpRanges: ["2001:db8::f0-2001:db8::ff"] },
  ],
  [
    "entries of the pool",
    [six({ preAllocations: { x: "2001:DB8::0015" } })],
    { preAllocations: { x: "2001:db8::15" } },
  ],
  ["a reservation's pin", [six(), host("a", { address: "2001:0DB8::0012" })], { address: "2001:db8::12" }],
  [
    "a pin with a dotted quad",
    [six({ pools: [{ subnet: "64:ff9b::/96" }], gateway: undefined }), host("a", { address: "64:ff9b::0.0.0.9" })],
    { address: "64:ff9b::9" },
  ],
  ["a claim's pin", [six(), claim("vip", { address: "2001:DB8:0:0:0:0:0:13" })], { address: "2001:db8::13" }],
  ["pins of a set", [six(), hosts(["a", "b"], { pins: { a: "2001:DB8::0014" } })], { pins: { a: "2001:db8::14" } }],
  ["a set's start", [six(), hosts(["a", "b"], { start: "2001:DB8::001A" })], { start: "2001:db8::1a" }],
  [
    "an annotation that asks for an address",
    [six(), claim("vip", { annotations: { ipAddress: "2001:DB8::0016" } })],
    { address: "2001:db8::16" },
  ],
];

describe("spellings", () => {
  for (const [what, program, kept] of rows) {
    it(`${what}: kept in one form, and no difference afterwards or after an import`, async () => {
      const store = openMemoryStore();
      const stack = new Stack(store);
      await stack.up(program);
      const { as, kind } = program.at(-1)!;
      const { inputs, outputs, id } = stack.state.get(as)!;
      for (const [property, value] of Object.entries(kept)) {
        assert.deepEqual(inputs[property], value, property);
        assert.deepEqual(outputs[property], value, property);
      }
      const same = program.map((one) => `same ${one.as}`);
      const canonical = program.map((one) => (one.as === as ? { ...one, args: { ...one.args, ...kept } } : one));
      for (const words of [program, canonical, program]) {
        const { steps, drift } = await stack.preview(words);
        assert.deepEqual([steps, drift], [same, []]);
        assert.deepEqual(await stack.up(words), same);
      }
      const again = new Stack(store);
      for (const one of program) await imported(again, one.kind, one.as, idOf(one, stack));
      // Entries of the pool are imported separately, and excluded addresses cannot be seen.
      const isWhole = !["preAllocations", "excludes", "dhcpRanges"].some((property) => property in kept);
      if (isWhole)
        assert.deepEqual(
          (await again.preview(program)).steps.filter((step) => !step.startsWith("same")),
          [],
        );
      assert.ok(id && kind);
    });
  }

  it("excludes that an earlier version kept as they were written are not a change", async () => {
    const stack = new Stack(openMemoryStore());
    const program = [six({ excludes: ["2001:DB8::0011"] })];
    await stack.up(program);
    const { kind, id, inputs, outputs } = stack.state.get("net")!;
    const asWritten = { excludes: ["2001:DB8::0011"] };
    stack.state.set("net", { kind, id, inputs: { ...inputs, ...asWritten }, outputs: { ...outputs, ...asWritten } });
    assert.deepEqual(await stack.up(program), ["same net"]);
  });

  it("a function accepts any spelling", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.up([six(), host("a", { address: "2001:db8::12" })]);
    const asked = { pool: "net", address: "2001:0DB8:0::0012", host: null, claimName: "" };
    const { result, failures } = await stack.handlers().getIPAddress.invoke(asked);
    assert.deepEqual([result.claimName, result.address, failures], ["a-net", "2001:db8::12", []]);
  });

  it("the host bits of a subnet are kept, because Metal3 counts from them", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([
      pool({ pools: [{ subnet: "192.168.1.1/29" }], gateway: undefined }),
      claim("vip", { placement: "lowest" }),
    ]);
    assert.equal(stack.outputs("vip").address, "192.168.1.2");
    const stored = await store.get(IP_POOL, { namespace: "metal3", name: "net" });
    assert.deepEqual((stored!.spec as { pools: object[] }).pools, [{ subnet: "192.168.1.1/29" }]);
  });
});

/** The id that an import takes. */
function idOf({ kind, as, args }: Declared, stack: Stack): string {
  if (kind === "preAllocationSet") return `metal3/net?${(args.hosts as string[]).join()}`;
  return stack.state.get(as)!.id;
}
