import assert from "node:assert/strict";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { DoorError } from "../../provider/dynamic/failure";
import { type DynamicProvider, dynamicProvider } from "../../provider/dynamic/provider";
import { type CreateRequest, type DeleteRequest, UNKNOWN } from "../../provider/resources/handler";
import { FakeHandler } from "./fake-handler";

const owner = { stack: "bootstrap/dev", resource: "cp-0" };
const __provider = 'exports.handler = () => require("pulumi-metal3-ipam/dynamic").preAllocation;';
const hidden = { __owner: owner, __provider };

describe("dynamic provider", () => {
  let handler: FakeHandler;
  let warned: string[];
  let provider: DynamicProvider;

  beforeEach(() => {
    handler = new FakeHandler();
    warned = [];
    provider = dynamicProvider({
      configure: () => {},
      handler: async () => handler,
      warn: async (messages) => void warned.push(...messages),
      note: async () => undefined,
    });
  });

  describe("check", () => {
    it("passes content and owner, and restores the hidden inputs", async () => {
      handler.checked = { ...handler.checked, inputs: { pool: UNKNOWN, address: "10.0.0.7", pinned: false } };
      const olds = { pool: "a", drift: ["address: ..."], ...hidden };
      const result = await provider.check(olds, { pool: unknownValue, drift: ["address: ..."], ...hidden });

      assert.deepEqual(handler.requests, [
        { verb: "check", request: { owner, olds: { pool: "a" }, news: { pool: UNKNOWN } } },
      ]);
      assert.deepEqual(result, {
        inputs: { pool: unknownValue, address: "10.0.0.7", __pinned: false, ...hidden },
        failures: [],
      });
    });

    it("has no olds for a new resource", async () => {
      await provider.check({}, { pool: "a", ...hidden });
      assert.deepEqual(handler.requests[0]?.request, { owner, olds: undefined, news: { pool: "a" } });
    });

    it("adds drift to the inputs, so that a preview shows it, each line once", async () => {
      const drift = { path: ["address"], live: "10.0.0.99", line: "address: found 10.0.0.99, expected 10.0.0.50" };
      handler.checked = { ...handler.checked, drift: [drift, drift] };
      const { inputs } = await provider.check({}, hidden);
      assert.deepEqual(inputs, { drift: ["address: found 10.0.0.99, expected 10.0.0.50"], ...hidden });
    });

    it("names the faulty property in the reason, because the engine would print its value", async () => {
      handler.checked = {
        ...handler.checked,
        failures: [
          { path: ["pools", 0, "start"], reason: '"10.0.0.256" is not an IP address' },
          { path: [], reason: "one of host and claimName is needed" },
        ],
      };
      const { failures } = await provider.check({}, hidden);
      assert.deepEqual(failures, [
        { property: "", reason: 'pools[0].start: "10.0.0.256" is not an IP address' },
        { property: "", reason: "one of host and claimName is needed" },
      ]);
    });

    it("passes warnings on", async () => {
      handler.checked = { ...handler.checked, warnings: ["gateway 10.0.0.1 is on offer"] };
      await provider.check({}, hidden);
      assert.deepEqual(warned, ["gateway 10.0.0.1 is on offer"]);
    });

    it("refuses a resource without an owner", async () => {
      await assert.rejects(provider.check({}, { __provider }), {
        message: /__owner \{stack, resource\} is missing/,
      });
      assert.deepEqual(handler.requests, []);
    });
  });

  describe("diff", () => {
    const diff = (news: object) => provider.diff("metal3/a", { pool: "a", ...hidden }, { ...news, ...hidden });

    it("passes content only", async () => {
      await diff({ pool: "b", drift: ["x"] });
      assert.deepEqual(handler.requests, [
        { verb: "diff", request: { owner, id: "metal3/a", olds: { pool: "a" }, news: { pool: "b" } } },
      ]);
    });

    it("returns the handler's diff", async () => {
      const stables = ["namespace"];
      handler.differs = { changed: ["pool", "pinned"], replaces: ["pool"], deleteBeforeReplace: true, stables };
      const said = { changes: true, replaces: ["pool"], deleteBeforeReplace: true, stables };
      assert.deepEqual(await diff({ pool: "b" }), said);
    });

    it("sees no change in hidden inputs", async () => {
      handler.differs = { ...handler.differs, changed: ["pinned", "__owner", "__provider"] };
      assert.equal((await diff({ pool: "a", pinned: true })).changes, false);
    });

    it("asks for an update if there is drift, and only then", async () => {
      assert.equal((await diff({ drift: ["address: ..."] })).changes, true);
      assert.equal((await diff({ drift: [] })).changes, false);
    });
  });

  describe("create, read, update, delete", () => {
    const outputs = { address: "10.0.0.7", gateway: undefined };
    const kept = { address: "10.0.0.7", ...hidden };
    beforeEach(() => {
      handler.found = { id: "metal3/a/cp-0-a", outputs };
    });

    /** The first request, without the function for warnings. */
    function asked(): object {
      const { operation, ...request } = handler.requests[0]!.request as CreateRequest;
      assert.deepEqual(Object.keys(operation ?? {}), ["warn"]);
      return request;
    }

    it("lets an operation warn", async () => {
      await provider.create({ pool: "a", ...hidden });
      await (handler.requests[0]!.request as CreateRequest).operation?.warn?.("moved");
      assert.deepEqual(warned, ["moved"]);
    });

    it("create keeps the hidden inputs, but no drift", async () => {
      assert.deepEqual(await provider.create({ pool: "a", drift: ["x"], ...hidden }), {
        id: "metal3/a/cp-0-a",
        outs: kept,
      });
      assert.deepEqual(asked(), { owner, inputs: { pool: "a" } });
    });

    it("update keeps the hidden inputs of the news, but no drift", async () => {
      const olds = { pool: "a", __owner: { stack: "old/dev", resource: "cp-0" }, __provider };
      assert.deepEqual(await provider.update("id", olds, { pool: "a", drift: ["x"], ...hidden }), { outs: kept });
      assert.deepEqual(asked(), { owner, id: "id", olds: { pool: "a" }, news: { pool: "a" } });
    });

    it("read restores the hidden inputs of state, and does not change the inputs", async () => {
      assert.deepEqual(await provider.read("id", { pool: "a", ...hidden }), { id: "metal3/a/cp-0-a", props: kept });
      assert.deepEqual(handler.requests[0]?.request, { id: "id", state: { pool: "a" } });
    });

    it("read passes warnings on", async () => {
      handler.found = { ...handler.found, warnings: ["not refreshed"] };
      await provider.read("id", hidden);
      assert.deepEqual(warned, ["not refreshed"]);
    });

    it("read of a resource that is only looked up has no state", async () => {
      assert.deepEqual((await provider.read("id", { __provider })).props, { address: "10.0.0.7", __provider });
      assert.deepEqual(handler.requests[0]?.request, { id: "id", state: {} });
    });

    it("delete finds the owner in state", async () => {
      await provider.delete("id", { address: "10.0.0.7", ...hidden });
      const [{ verb, request } = { verb: undefined, request: undefined }] = handler.requests;
      const { operation, ...rest } = request as DeleteRequest;
      assert.deepEqual([verb, rest], ["delete", { owner, id: "id", state: { address: "10.0.0.7" } }]);
      await operation?.warn?.("still used");
      assert.deepEqual(warned, ["still used"]);
    });
  });

  describe("errors", () => {
    const message = "address 10.0.0.7 is held by node-3-a (IPAddress metal3/a-10-0-0-7)";
    const verbs = {
      check: () => provider.check({}, hidden),
      diff: () => provider.diff("id", hidden, hidden),
      create: () => provider.create(hidden),
      read: () => provider.read("id", hidden),
      update: () => provider.update("id", hidden, hidden),
      delete: () => provider.delete("id", hidden),
    };

    for (const [verb, call] of Object.entries(verbs)) {
      it(`${verb}: the message as it is, without a stack trace`, async () => {
        handler.error = new Error(message);
        await assert.rejects(call, (error: Error) => {
          assert.equal(error.message, message);
          assert.equal(error.stack, message);
          return true;
        });
      });
    }

    it("are printed once by the host", async () => {
      handler.error = new Error(message);
      await assert.rejects(verbs.check, (error: Error) => `${error}: ${error.stack}` === `metal3-ipam: ${message}`);
    });

    it("of an incomplete resource keep it in state, with the hidden inputs", async () => {
      handler.error = Object.assign(new Error(message), { id: "metal3/a", outputs: { address: "10.0.0.7" } });
      for (const call of [verbs.create, verbs.update]) {
        await assert.rejects(call, (error: DoorError) => {
          assert.equal(error.id, "metal3/a");
          assert.deepEqual(error.properties, { address: "10.0.0.7", ...hidden });
          assert.deepEqual(error.reasons, [message]);
          return error instanceof DoorError;
        });
      }
    });
  });
});
