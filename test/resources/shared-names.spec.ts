/** Two pools of one namespace with one name prefix. Only one of them could create the IPAddress object of an address. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { pool } from "./declare";
import { type Declared, Stack } from "./program";
import { refusals } from "./refusals";

const RANGE = { start: "10.0.0.100", end: "10.0.0.160" };
const NEXT = { start: "10.0.0.160", end: "10.0.0.170" };
const net = (args: object = {}, as = "net") => pool({ pools: [RANGE], ...args }, as);

describe("pools whose address objects would share names", () => {
  const shares = (other: string, range = "10.0.0.100-10.0.0.160") =>
    `namePrefix "prov" is also that of IPPool metal3/${other}, and both pools offer ${range}. Their IPAddress objects would have the ` +
    "same name, so only one pool could give out such an address. Choose another `namePrefix`, or make the pools disjoint.";
  const prov = (as: string, args: object = {}) => net({ namePrefix: "prov", allowOverlap: true, ...args }, as);

  const REFUSED: Record<string, [first: Declared, second: Declared, range?: string]> = {
    "equal prefixes": [prov("net"), prov("two")],
    "a prefix that is the other's name": [net({ name: "prov", allowOverlap: true }), prov("two")],
    "one address in common": [prov("net"), prov("two", { pools: [NEXT] }), "10.0.0.160"],
    "a subnet around": [prov("net"), prov("two", { pools: [{ subnet: "10.0.0.0/24" }], excludeReserved: true })],
    "excludes that leave one": [prov("net"), prov("two", { excludes: ["10.0.0.101-10.0.0.160"] }), "10.0.0.100"],
    IPv6: [
      prov("net", { pools: [{ subnet: "fd00::/64" }], prefix: 64, gateway: undefined }),
      prov("two", { pools: [{ start: "fd00::5", end: "fd00::9" }], prefix: 64, gateway: undefined }),
      "fd00::5-fd00::9",
    ],
  };
  for (const [what, [first, second, range]] of Object.entries(REFUSED)) {
    it(`${what}: are refused in the preview of one program, and of two programs`, async () => {
      const name = String(first.args.name);
      const says = [`two: namePrefix: ${shares(name, range)}`];
      assert.deepEqual(await refusals(new Stack(openMemoryStore()).preview([first, second])), says);
      const store = openMemoryStore();
      await new Stack(store, "metal/first").up([first]);
      assert.deepEqual(await refusals(new Stack(store, "metal/second").preview([second])), says);
    });
  }

  it("are accepted with other prefixes, in other namespaces, or if they are disjoint", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.up([
      prov("net"),
      net({ allowOverlap: true }, "two"),
      prov("three", { namespace: "other" }),
      prov("four", {
        excludes: ["10.0.0.100-10.0.0.159"],
        pools: [
          { start: "10.0.0.150", end: "10.0.0.159" },
          { start: "10.0.1.1", end: "10.0.1.9", gateway: "10.0.1.254" },
        ],
      }),
    ]);
  });

  it("get a warning if state already has them", async () => {
    const stack = new Stack(openMemoryStore());
    const program = [prov("net"), prov("two", { namePrefix: undefined })];
    await stack.up(program);
    // The pools as an earlier version created them.
    const { namePrefix: _namePrefix, ...kept } = stack.state.get("two")!.inputs;
    const two = { ...stack.state.get("two")!, inputs: { ...kept, namePrefix: "prov" } };
    stack.state.set("two", { ...two, outputs: { ...two.outputs, namePrefix: "prov" } });
    const { warnings } = await stack.preview([prov("net"), prov("two")]);
    assert.deepEqual(warnings, [`IPPool metal3/two: ${shares("net")}`]);
  });
});
