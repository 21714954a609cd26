import assert from "node:assert/strict";
import type { handleUnaryCall, ServerUnaryCall } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { RunEnd } from "../../provider/plugin/run-end";
import { providerService } from "../../provider/plugin/service";

describe("the end of a run, as a process sees it", () => {
  const isWell = (...events: ("cancel" | "failure")[]) => {
    const run = new RunEnd();
    for (const event of events) event === "cancel" ? run.noteCancel() : run.noteFailure();
    return run.isWell;
  };

  it("is well after one Cancel, which a normal end sends", () => assert.equal(isWell("cancel"), true));
  it("is not well without a Cancel, only with a signal", () => assert.equal(isWell(), false));
  it("is not well after two, because Ctrl-C sends one before the end", () =>
    assert.equal(isWell("cancel", "cancel"), false));
  it("is not well after a failure", () => assert.equal(isWell("failure", "cancel"), false));

  const isWellAfter = async (verb: "invoke" | "create", request: object) => {
    const run = new RunEnd();
    const service = providerService("", "", () => assert.fail("it is not configured"), { run });
    const call = service[verb] as handleUnaryCall<object, object>;
    const message = await new Promise<string | undefined>((resolve) => {
      call({ request } as ServerUnaryCall<object, object>, (error) => resolve(error?.details ?? undefined));
    });
    assert.equal(message, "metal3-ipam: used before it was configured");
    run.noteCancel();
    return run.isWell;
  };
  const OF_A_POOL = "urn:pulumi:dev::p::metal3-ipam:index:IPPool::net";

  it("is well after a failed function, because the program continues or fails itself", async () => {
    const request = new proto.InvokeRequest();
    request.setTok("metal3-ipam:index:getIPPool");
    assert.equal(await isWellAfter("invoke", request), true);
  });

  it("is not well after a resource that has failed", async () => {
    const request = new proto.CreateRequest();
    request.setUrn(OF_A_POOL);
    assert.equal(await isWellAfter("create", request), false);
  });
});
