/** Pins on reserved addresses. `allowReserved` of the pool governs pins, `excludeReserved` governs proposals. */
import assert from "node:assert/strict";
import { apiVersionOf } from "../../provider/api/kinds";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, host, hosts, pool } from "./declare";
import { type Declared, Refused, Stack } from "./program";

const ROLES = { gateway: "the gateway", network: "a network address", broadcast: "a broadcast address" };
const ALLOW =
  "and a host cannot use it. Choose another address. To allow it, set `allowReserved: true` on the pool (without a program: " +
  'the annotation pulumi-metal3-ipam/allow-reserved: "true").';

/** A pool over a whole network, with its edges on offer. */
const whole = (subnet: string, args: object = {}) => {
  const [start = "", prefix] = subnet.split("/");
  return pool({ pools: [{ subnet, start }], prefix: Number(prefix), gateway: undefined, ...args });
};
const V4 = whole("10.0.0.0/24", { gateway: "10.0.0.1" });
const V6 = whole("fd00::/64", { gateway: "fd00::1" });

const REFUSED: Record<string, [net: Declared, address: string, role: keyof typeof ROLES]> = {
  "the gateway": [V4, "10.0.0.1", "gateway"],
  "the network address": [V4, "10.0.0.0", "network"],
  "the broadcast address": [V4, "10.0.0.255", "broadcast"],
  "an entry's gateway": [
    pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.19", gateway: "10.0.0.15" }] }),
    "10.0.0.15",
    "gateway",
  ],
  "the gateway of another entry": [
    pool({
      pools: [
        { start: "10.0.0.10", end: "10.0.0.19" },
        { start: "10.0.0.30", end: "10.0.0.39", gateway: "10.0.0.12" },
      ],
    }),
    "10.0.0.12",
    "gateway",
  ],
  "an edge in the middle of a range": [
    pool({ pools: [{ start: "10.0.0.250", end: "10.0.1.9" }] }),
    "10.0.1.0",
    "network",
  ],
  "the broadcast address of a /30": [whole("10.0.0.0/30"), "10.0.0.3", "broadcast"],
  "the broadcast address of a subnet without a prefix": [
    whole("10.0.0.0/26", { prefix: undefined }),
    "10.0.0.63",
    "broadcast",
  ],
  "the gateway of IPv6": [V6, "fd00::1", "gateway"],
  "the network address of IPv6": [V6, "fd00::", "network"],
  "the gateway, kept back": [
    whole("10.0.0.0/24", { gateway: "10.0.0.1", excludeReserved: true }),
    "10.0.0.1",
    "gateway",
  ],
  "the broadcast address, kept back": [whole("10.0.0.0/24", { excludeReserved: true }), "10.0.0.255", "broadcast"],
};

const ALLOWED: Record<string, [net: Declared, address: string]> = {
  "the last address of IPv6": [whole("fd00::/120"), "fd00::ff"],
  "the first address of a /31": [whole("10.0.0.2/31"), "10.0.0.2"],
  "the last address of a /31": [whole("10.0.0.2/31"), "10.0.0.3"],
  "a /32": [whole("10.0.0.7/32"), "10.0.0.7"],
  "a DNS server, which may be a host": [pool({ dnsServers: ["10.0.0.12"] }), "10.0.0.12"],
  "the edge of a subnet inside of a wider prefix": [
    pool({ pools: [{ subnet: "10.0.0.0/26" }], gateway: undefined }),
    "10.0.0.63",
  ],
  "the pool's gateway, which no entry has": [
    pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.19", gateway: "10.0.0.1" }], gateway: "10.0.0.12" }),
    "10.0.0.12",
  ],
};

/** All ways to pin an address, and the place of a fault. */
const WAYS: Record<string, [at: string, program: (net: Declared, address: string) => Declared[]]> = {
  PreAllocation: ["a: address", (net, address) => [net, host("a", { address })]],
  "PreAllocation that may fall back": ["a: address", (net, address) => [net, host("a", { address, fallback: "next" })]],
  PreAllocationSet: ["rack: pins.a", (net, address) => [net, hosts(["a"], { pins: { a: address } })]],
  "IPPool's own entry": [
    "net: preAllocations.a",
    (net, address) => [{ ...net, args: { ...net.args, preAllocations: { a: address } } }],
  ],
};

async function refusals(run: Promise<unknown>): Promise<string[]> {
  return run.then(
    () => [],
    (error: unknown) => {
      assert.ok(error instanceof Refused, String(error));
      return error.message.split("\n");
    },
  );
}

const allowing = (net: Declared, args: object = {}): Declared => ({
  ...net,
  args: { ...net.args, ...args, allowReserved: true },
});

describe("a host pinned to a reserved address", () => {
  for (const [way, [at, program]] of Object.entries(WAYS)) {
    for (const [what, [net, address, role]] of Object.entries(REFUSED)) {
      it(`${way}: ${what} is refused, and accepted with allowReserved`, async () => {
        const stack = new Stack(openMemoryStore());
        const reason = `${address} is ${ROLES[role]} of IPPool metal3/net, ${ALLOW}`;
        assert.deepEqual(await refusals(stack.preview(program(net, address))), [`${at}: ${reason}`]);
        await stack.up(program(allowing(net), address));
        const isKept = way.startsWith("IPPool")
          ? stack.outputs("net").preAllocations
          : stack.outputs(at.split(":")[0]!);
        assert.ok(JSON.stringify(isKept).includes(`"${address}"`));
      });
    }
    for (const [what, [net, address]] of Object.entries(ALLOWED)) {
      it(`${way}: ${what} is accepted`, async () => {
        const stack = new Stack(openMemoryStore());
        await stack.up(program(net, address));
        const { warnings } = await stack.preview(program(net, address));
        assert.deepEqual(
          warnings.filter((text) => text.includes("allowReserved")),
          [],
        );
      });
    }
  }

  it("gets a warning if state already has the pin, and can be moved", async () => {
    for (const [way, [, program]] of Object.entries(WAYS)) {
      const stack = new Stack(openMemoryStore());
      await stack.up(program(allowing(V4), "10.0.0.1"));
      const name = way.startsWith("IPPool") ? "Claim a" : "a";
      const { warnings } = await stack.preview(program(V4, "10.0.0.1"));
      assert.deepEqual(
        warnings.filter((text) => !text.startsWith("IPPool")),
        [
          `${name} has 10.0.0.1, the gateway of IPPool metal3/net. A host cannot use it. Choose another address, or set ` +
            "`allowReserved: true` on the pool if you mean it.",
        ],
        way,
      );
      await stack.up(program(V4, "10.0.0.1"));
      await stack.up(program(V4, "10.0.0.9"));
      assert.deepEqual(await refusals(stack.preview(program(V4, "10.0.0.1"))).then(({ length }) => length), 1, way);
    }
  });

  it("gets a warning if a program adopts it from a manifest", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([V4]);
    await store.patch(
      IP_POOL,
      { namespace: "metal3", name: "net" },
      { spec: { preAllocations: { "a-net": "10.0.0.1" } } },
    );
    const { warnings } = await stack.preview([host("a", { address: "10.0.0.1", adopt: true })]);
    assert.match(warnings.join("\n"), /^a has 10\.0\.0\.1, the gateway of IPPool metal3\/net/);
  });

  it("is allowed by the pool of another stack, and by an annotation of one that was written by hand", async () => {
    const store = openMemoryStore();
    await new Stack(store, "metal/pools").up([allowing(V4)]);
    await new Stack(store, "metal/hosts").up([host("a", { address: "10.0.0.1" })]);
    const metadata = { namespace: "metal3", name: "two", annotations: { "pulumi-metal3-ipam/allow-reserved": "true" } };
    const spec = {
      namePrefix: "two",
      pools: [{ start: "10.1.0.1", end: "10.1.0.9" }],
      prefix: 24,
      gateway: "10.1.0.1",
    };
    await store.create(IP_POOL, { apiVersion: apiVersionOf(IP_POOL), kind: "IPPool", metadata, spec });
    const stack = new Stack(store, "metal/others");
    await stack.up([host("b", { pool: "two", address: "10.1.0.1" })]);
    await store.patch(
      IP_POOL,
      { namespace: "metal3", name: "two" },
      {
        metadata: { annotations: { "pulumi-metal3-ipam/allow-reserved": "no" } },
      },
    );
    assert.match(
      (await refusals(stack.preview([host("c", { pool: "two", address: "10.1.0.1" })])))[0] ?? "",
      /10\.1\.0\.1/,
    );
  });

  it("is accepted with excludeReserved and allowReserved: only pins get these addresses, and Metal3 gives them out last", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const net = allowing(whole("10.0.0.0/29", { gateway: "10.0.0.1", dnsServers: ["10.0.0.4"] }), {
      excludeReserved: true,
    });
    assert.deepEqual((await stack.preview([net])).warnings, []);
    await stack.up([net, host("gw", { address: "10.0.0.1" }), hosts(["a", "b", "c", "d"])]);
    const given = Object.values(stack.outputs("rack").addresses as object).sort();
    assert.deepEqual(given, ["10.0.0.2", "10.0.0.3", "10.0.0.5", "10.0.0.6"]);
    const { spec } = (await store.get(IP_POOL, { namespace: "metal3", name: "net" }))!;
    assert.deepEqual((spec as { pools: object }).pools, [
      { start: "10.0.0.2", end: "10.0.0.3" },
      { start: "10.0.0.5", end: "10.0.0.6" },
      { start: "10.0.0.0", end: "10.0.0.1" },
      { start: "10.0.0.4", end: "10.0.0.4" },
      { start: "10.0.0.7", end: "10.0.0.7" },
    ]);
    // Another stack knows it from the annotations of the pool.
    const [fault] = await refusals(new Stack(store, "metal/other").preview([host("e")]));
    assert.match(fault ?? "", /no room for 1 more/);
  });
});

describe("a virtual IP on a reserved address", () => {
  const warned = (address: string, role: string) =>
    `IPClaim vip asks for ${address}, ${role} of IPPool metal3/net. Choose another address. If you mean it, as for a virtual ` +
    "IP that is the gateway, set `allowReserved: true` on the pool.";

  for (const [what, [net, address, role]] of Object.entries(REFUSED)) {
    if (what.endsWith("kept back")) continue;
    it(`${what}: gets a warning, unless the pool allows it`, async () => {
      const stack = new Stack(openMemoryStore());
      const program = [net, claim("vip", { address })];
      const ofClaim = async () => (await stack.preview(program)).warnings.filter((text) => text.startsWith("IPClaim"));
      assert.deepEqual(await ofClaim(), [warned(address, ROLES[role])]);
      await stack.up(program);
      assert.deepEqual(await ofClaim(), [warned(address, ROLES[role])]);
      program[0] = allowing(net);
      assert.deepEqual(await ofClaim(), []);
    });
  }
});
