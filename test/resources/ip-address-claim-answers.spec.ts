/** The answers that an IPAddressClaim gets, or does not get, and its name in a pool of Metal3. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS, IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import { Unfinished } from "../../provider/resources/handler";
import { openProvider, type Provider } from "./capi-provider";
import { addressClaim, claim, host, LAB, pool } from "./declare";
import { Stack } from "./program";

const NET = { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" };
const key = { namespace: "metal3", name: "api" };
const asked = (args: object = {}) => addressClaim("api", args);

describe("an IPAddressClaim", () => {
  let provider: Provider;
  let stack: Stack;
  beforeEach(() => {
    provider = openProvider();
    stack = new Stack(provider.store);
  });
  const stored = () => provider.store.get(IP_ADDRESS_CLAIM, key);

  describe("without an answer", () => {
    beforeEach(() => {
      provider.free = [];
    });

    async function unanswered(): Promise<string> {
      const program = [asked()];
      const inputs = (await stack.preview(program)).inputs.get("api")!;
      const failure = await stack.up(program).catch((error: unknown) => error);
      assert.ok(failure instanceof Unfinished, String(failure));
      assert.equal(failure.id, "metal3/api");
      stack.state.set("api", { kind: "ipAddressClaim", id: failure.id, inputs, outputs: failure.outputs });
      return failure.message;
    }

    const rows = [
      [
        undefined,
        "IPAddressClaim metal3/api has no address of InClusterIPPool lab yet (waited 2 s), and no condition says why. The pool " +
          "may be missing, full or paused, or its provider does not run. Check it, then run `pulumi up` again, which continues " +
          "from here.",
      ],
      [
        { status: "False", reason: "PoolExhausted", message: "no address left" },
        "IPAddressClaim metal3/api has no address of InClusterIPPool lab yet (waited 2 s). Its condition Ready is False, " +
          "PoolExhausted: no address left. Check the pool and its provider, then run `pulumi up` again, which continues from here.",
      ],
      [
        { status: "Unknown" },
        "IPAddressClaim metal3/api has no address of InClusterIPPool lab yet (waited 2 s). Its condition Ready is Unknown. Check " +
          "the pool and its provider, then run `pulumi up` again, which continues from here.",
      ],
    ] as const;
    for (const [ready, message] of rows) {
      it(`stays, says what is known, and the next update continues: ${JSON.stringify(ready?.status)}`, async () => {
        provider.ready = ready;
        assert.equal(await unanswered(), message);
        const before = (await stored())?.metadata.uid;
        provider.free = ["10.3.0.20"];
        await provider.serve();
        assert.deepEqual(await stack.up([asked()]), ["update api"]);
        assert.equal(stack.outputs("api").address, "10.3.0.20");
        assert.equal((await stored())?.metadata.uid, before);
        assert.deepEqual((await stack.preview([asked()])).steps, ["same api"]);
      });
    }

    it("says that the pool does not exist", async () => {
      provider.kinds.set("InClusterIPPool", {
        group: LAB.apiGroup,
        version: "v1alpha2",
        kind: "InClusterIPPool",
        plural: "inclusterippools",
        namespaced: true,
      });
      assert.equal(
        await unanswered(),
        "IPAddressClaim metal3/api has no address yet (waited 2 s), because InClusterIPPool lab does not exist. Create it or " +
          "correct `poolRef`, then run `pulumi up` again, which continues from here.",
      );
    });

    it("is shown by a refresh as unfinished, and as served when it is", async () => {
      await unanswered();
      const { id, inputs, outputs: state } = stack.state.get("api")!;
      const read = () =>
        stack.handlers().ipAddressClaim.read({ owner: { stack: stack.name, resource: "api" }, id, inputs, state });
      assert.match(
        String((await read()).unfinished),
        /^IPAddressClaim metal3\/api has no address of .* lab yet, and no /,
      );
      provider.free = ["10.3.0.20"];
      await provider.serve();
      assert.deepEqual((await read()).unfinished, [
        "IPAddressClaim metal3/api has got an address of InClusterIPPool lab in the meantime. Run `pulumi up` again, which " +
          "continues from here.",
      ]);
    });

    it("that names an address which is missing, or another claim's, gets none", async () => {
      await unanswered();
      const name = "net-10-0-0-1";
      await provider.store.patch(IP_ADDRESS_CLAIM, key, { status: { addressRef: { name } } });
      const message =
        "IPAddressClaim metal3/api names IPAddress net-10-0-0-1, which is missing or another claim's. InClusterIPPool lab may " +
        "have given that address to another claim of this name. Choose another name, or delete the claim and run `pulumi up` " +
        "again.";
      await assert.rejects(stack.up([asked()]), { message });
      const spec = { address: "10.0.0.1", prefix: 24, poolRef: LAB, claimRef: { name: "reserved-api" } };
      const metadata = { name, namespace: "metal3" };
      await provider.store.create(CAPI_IP_ADDRESS, {
        apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
        kind: "IPAddress",
        metadata,
        spec,
      });
      assert.equal((await stack.preview([asked()])).inputs.get("api")?.address, undefined);
      await assert.rejects(stack.up([asked()]), { message });
    });

    it("refused by Metal3's controller for ever, leaves nothing behind, and is made again by the next update", async () => {
      provider.ready = { status: "False", reason: "PoolExhausted", message: "Exhausted IP Pools" };
      const program = [pool(), asked({ poolRef: NET })];
      await assert.rejects(stack.up(program), {
        kind: "refused",
        message:
          "Metal3's controller refused IPAddressClaim metal3/api: Exhausted IP Pools. Check IPPool metal3/net, then run " +
          "`pulumi up` again.",
      });
      assert.equal(await stored(), undefined);
      provider.free = ["10.0.0.10"];
      await stack.up(program);
      assert.equal(stack.outputs("api").address, "10.0.0.10");
      // A claim in state that is refused is removed, because the controller never looks at it again.
      const { uid } = (await stored())!.metadata;
      await provider.store.patch(IP_ADDRESS_CLAIM, key, {
        status: { addressRef: null, conditions: [{ type: "Ready", ...provider.ready }] },
      });
      assert.deepEqual(await stack.up(program), ["same net", "update api"]);
      assert.notEqual((await stored())!.metadata.uid, uid);
    });
  });

  describe("in a pool of Metal3", () => {
    const ofNet = asked({ poolRef: NET });
    const refusal = (is: string) => ({
      message:
        `api: name: Claim api of IPPool metal3/net is ${is}. Metal3 cannot tell an IPAddressClaim from an IPClaim of the same ` +
        "name. Choose another name, or delete it first.",
    });

    it("is refused if an IPClaim has its name", async () => {
      await new Stack(provider.store, "other/prod").up([pool(), claim("api")]);
      await assert.rejects(stack.preview([ofNet]), refusal("already an IPClaim (stack other/prod, resource api)"));
    });

    it("is refused if a reservation for an IPClaim has its name", async () => {
      await new Stack(provider.store, "other/prod").up([pool(), host("a", { host: undefined, claimName: "api" })]);
      await assert.rejects(
        stack.preview([ofNet]),
        refusal("already reserved for an IPClaim (stack other/prod, resource a)"),
      );
    });

    it("is refused if the program declares an IPClaim of its name, in both orders", async () => {
      const other = { ...claim("api"), as: "vip" };
      await assert.rejects(stack.preview([pool(), other, ofNet]), refusal("declared in this program by IPClaim vip"));
      await assert.rejects(stack.preview([pool(), ofNet, other]), /^Error: vip: .*Metal3 cannot tell/);
    });

    it("is refused in the update if another stack has made an IPClaim of its name since the preview", async () => {
      await stack.up([pool()]);
      await stack.preview([pool(), ofNet]);
      const handlers = stack.handlers();
      const owner = { stack: stack.name, resource: "api" };
      const { inputs } = await handlers.ipAddressClaim.check({ owner, olds: undefined, news: ofNet.args });
      await new Stack(provider.store, "other/prod").up([claim("api")]);
      await assert.rejects(handlers.ipAddressClaim.create({ owner, inputs }), { kind: "exists" });
      assert.equal(await stored(), undefined);
    });
  });
});
