/** Metal3's annotation `ipAddress` of an IPClaim means the same as `address`. */
import assert from "node:assert/strict";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, hostsClaim, pool } from "./declare";
import { assertUnchanged, imported } from "./importing";
import { Stack } from "./program";

const VIP = { namespace: "metal3", name: "vip" };
const asking = (ipAddress: unknown, args: object = {}) => claim("vip", { annotations: { ipAddress }, ...args });

async function refusal(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "not refused",
    (error: Error) => error.message,
  );
}

describe("the annotation ipAddress", () => {
  let stack: Stack;
  beforeEach(() => {
    stack = new Stack(openMemoryStore());
  });

  const taken: [what: string, args: object][] = [
    ["alone", { annotations: { ipAddress: "10.0.0.17" } }],
    ["beside other annotations", { annotations: { ipAddress: "10.0.0.17", team: "net" } }],
    ["beside the same address", { annotations: { ipAddress: "10.0.0.17" }, address: "10.0.0.17" }],
    ["with a fallback", { annotations: { ipAddress: "10.0.0.17" }, fallback: "next" }],
    ["where the lowest is the rule", { annotations: { ipAddress: "10.0.0.17" }, placement: "lowest" }],
    ["beside an address that is null", { annotations: { ipAddress: "10.0.0.17" }, address: null }],
  ];
  for (const [what, args] of taken) {
    it(`${what}: the claim has the address, and keeps it`, async () => {
      const program = [pool(), claim("vip", args)];
      const { inputs } = await stack.preview(program);
      assert.equal(inputs.get("vip")?.address, "10.0.0.17");
      await stack.up(program);
      assert.equal(stack.outputs("vip").address, "10.0.0.17");
      const stored = await stack.store.get(IP_CLAIM, VIP);
      assert.equal(stored?.metadata.annotations?.ipAddress, "10.0.0.17");
      assert.deepEqual((await held(stack.store)).locks, { vip: "10.0.0.17" });
      assert.deepEqual(await stack.up(program), ["same net", "same vip"]);
      // The other way to ask is not a change.
      const { annotations, ...rest } = args as { annotations: Record<string, unknown> };
      const others = { ...annotations, ipAddress: undefined };
      const said = [pool(), claim("vip", { ...rest, annotations: others, address: "10.0.0.17" })];
      assert.deepEqual((await stack.preview(said)).steps[1], "same vip");
    });
  }

  const refused: [what: string, args: object, says: string][] = [
    [
      "another address",
      { annotations: { ipAddress: "10.0.0.17" }, address: "10.0.0.18" },
      "vip: annotations.ipAddress: asks for 10.0.0.17, but `address` is 10.0.0.18. Remove one of them.",
    ],
    ["no address", { annotations: { ipAddress: "here" } }, 'vip: annotations.ipAddress: "here" is not an IP address.'],
    [
      "leading zeros",
      { annotations: { ipAddress: "10.0.0.017" } },
      'vip: annotations.ipAddress: "10.0.0.017" is not an IP address. Leading zeros are not allowed. Write 10.0.0.17.',
    ],
    ["a number", { annotations: { ipAddress: 17 } }, "vip: annotations.ipAddress: 17 is a number, but must be text."],
    [
      "an address outside the pool",
      { annotations: { ipAddress: "10.0.0.99" } },
      "vip: address: 10.0.0.99 is outside of IPPool metal3/net. It offers 10.0.0.10-10.0.0.19. Choose one of these, or add a range to its `pools`.",
    ],
    [
      "an address that a host has",
      { annotations: { ipAddress: "10.0.0.11" } },
      "vip: address: 10.0.0.11 of IPPool metal3/net is already reserved in this program, for a (resource a). Choose another address. " +
        "To move 10.0.0.11 here, release it in one `pulumi up` and pin it in the next.",
    ],
  ];
  for (const [what, args, says] of refused) {
    it(`${what} is refused`, async () => {
      assert.equal(
        await refusal(stack.preview([pool(), host("a", { address: "10.0.0.11" }), claim("vip", args)])),
        says,
      );
      assert.deepEqual(await held(stack.store), { entries: {}, locks: {}, claims: [] });
    });
  }

  it("another address by annotation is a replacement, as with `address`", async () => {
    await stack.up([pool(), asking("10.0.0.17")]);
    assert.deepEqual(await stack.up([pool(), asking("10.0.0.18")]), ["same net", "replace vip"]);
    assert.deepEqual((await held(stack.store)).locks, { vip: "10.0.0.18" });
  });

  it("a value that an earlier version overwrote gets a warning, and the address stays", async () => {
    await stack.up([pool(), claim("vip", { address: "10.0.0.12", annotations: { team: "net" } })]);
    const { kind, id, inputs, outputs } = stack.state.get("vip")!;
    const before = { annotations: { ipAddress: "10.0.0.17", team: "net" } };
    stack.state.set("vip", {
      kind,
      id,
      inputs: { ...inputs, ...before, pinned: false },
      outputs: { ...outputs, ...before },
    });
    const program = [pool(), claim("vip", before)];
    for (let run = 0; run < 2; run++) {
      const { steps, drift, warnings } = await stack.preview(program);
      assert.deepEqual(
        [steps, warnings],
        [
          ["same net", "same vip"],
          [
            'IPClaim metal3/vip keeps 10.0.0.12, because an earlier version ignored its annotation ipAddress. To move it to "10.0.0.17", set `address` instead of the annotation.',
          ],
        ],
      );
      assert.deepEqual(drift, []);
      assert.deepEqual(await stack.up(program), ["same net", "same vip"]);
    }
    assert.deepEqual((await held(stack.store)).locks, { vip: "10.0.0.12" });
  });

  it("a hand-made claim is imported with its requested address, without a difference, and its first change locks that", async () => {
    await stack.up([pool()]);
    const byHand = hostsClaim("vip");
    await stack.store.create(IP_CLAIM, {
      ...byHand,
      metadata: { ...byHand.metadata, annotations: { ipAddress: "10.0.0.17" } },
    });
    const code = await imported(stack, "ipClaim", "vip", "metal3/vip");
    assert.deepEqual(code.args, { namespace: "metal3", name: "vip", pool: "net", address: "10.0.0.17" });
    // Before that, it holds the address by asking for it.
    await assertUnchanged(stack, [pool(), code]);
    const changed = { ...code, args: { ...code.args, labels: { app: "api" } } };
    assert.deepEqual(await stack.up([pool(), changed]), ["same net", "update vip"]);
    assert.deepEqual((await held(stack.store)).locks, { vip: "10.0.0.17" });
    await assertUnchanged(stack, [pool(), changed]);
    assert.deepEqual(await stack.up([pool(), code]), ["same net", "update vip"]);
    assert.deepEqual((await stack.preview([pool(), asking("10.0.0.17")])).steps, ["same net", "same vip"]);
  });
});
