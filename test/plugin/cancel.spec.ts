import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { ServiceError } from "@grpc/grpc-js";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { grpc } from "../../provider/pulumi/grpc";
import { openServedStore } from "../resources/served-store";
import { eventually } from "../testbed/cluster";
import { configure, useMemory, useProcesses } from "./backend";
import { ProviderProcess } from "./provider-process";
import { partOf, Resource } from "./verbs";

const { status } = grpc;
const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }];
/** Longer than any test. */
const PATIENCE_MS = 3_600_000;

describe("Cancel", () => {
  // Metal3's controller does not run here, so a claim that leaves the choice to it waits.
  const backend = useMemory(
    {
      waitMs: PATIENCE_MS,
      controllerWaitMs: PATIENCE_MS,
      now: () => Date.now(),
      sleep: (delayMs) => setTimeout(delayMs, undefined, { ref: false }),
    },
    () => openServedStore(),
  );
  const start = useProcesses(backend);
  let provider: ProviderProcess;
  const host = () => new Resource(provider, "preAllocation", "cp-0");
  const claim = () => new Resource(provider, "ipClaim", "vip");
  beforeEach(async () => {
    provider = await start();
  });

  /** The end of the work that waits by now. */
  async function waiting(work: Promise<unknown>): Promise<{ ended: Promise<ServiceError> }> {
    const ended = work.then(
      () => assert.fail("it has not waited"),
      (error: ServiceError) => error,
    );
    await eventually("it waits", () => provider.logged.some(({ ephemeral }) => ephemeral));
    return { ended };
  }

  it("ends the wait for a pool immediately, with an error that says how to continue, and creates nothing", async () => {
    const inputs = await host().checked({ pool: "net", host: "cp-0" });
    const { ended } = await waiting(host().create(inputs));
    const began = Date.now();
    await provider.cancel();
    const error = await ended;
    assert.ok(Date.now() - began < PATIENCE_MS / 10);
    assert.deepEqual(
      [error.code, error.details],
      [
        status.CANCELLED,
        "Stopped while waiting for IPPool metal3/net to be there. Run `pulumi up` again, which continues from here.",
      ],
    );
    assert.equal(partOf(error), undefined);
  });

  it("ends the wait for a controller, and leaves the claim in state", async () => {
    await new Resource(provider, "ipPool", "net").made({ pools });
    const inputs = await claim().checked({ pool: "net", placement: "controller" });
    const { ended } = await waiting(claim().create(inputs));
    await provider.cancel();
    const error = await ended;
    const reason =
      "Stopped while waiting for Metal3's controller to serve IPClaim metal3/vip. Run `pulumi up` again, which continues from here.";
    assert.deepEqual([error.code, error.details], [status.CANCELLED, reason]);
    const part = partOf(error);
    assert.deepEqual([part?.id, part?.reasons, part?.outputs.pool], ["metal3/vip", [reason], "net"]);
    assert.equal((await backend.store.list(IP_CLAIM, "metal3")).length, 1);
  });

  it("stops all new waits, and allows work that does not wait", async () => {
    await provider.cancel();
    const inputs = await host().checked({ pool: "net", host: "cp-0" });
    await assert.rejects(host().create(inputs), { code: status.CANCELLED });
    await new Resource(provider, "ipPool", "net").made({ pools });
    const kept = await host().create(await host().checked({ pool: "net", host: "cp-0" }));
    assert.equal(kept.id, "metal3/net/cp-0-net");
  });

  it("may come twice, at a normal end, and before there is anything to cancel", async () => {
    await provider.cancel();
    await provider.cancel();
    const unconfigured = await ProviderProcess.start(backend.compose);
    await unconfigured.cancel();
    unconfigured.stop();
  });

  it("counts until the next Configure", async () => {
    await provider.cancel();
    await configure(provider);
    const inputs = await host().checked({ pool: "net", host: "cp-0" });
    const creating = host().create(inputs);
    await eventually("it waits", () => provider.logged.some(({ ephemeral }) => ephemeral));
    await new Resource(await start(), "ipPool", "net").made({ pools });
    assert.equal((await creating).id, "metal3/net/cp-0-net");
  });
});
