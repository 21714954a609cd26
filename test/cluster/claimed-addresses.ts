/** The life of IPAddressClaims under a real provider, in a pool of any kind. */
import assert from "node:assert/strict";
import { Unfinished } from "../../provider/resources/handler";
import { addressClaim } from "../resources/declare";
import { imported } from "../resources/importing";
import type { Declared, Stack } from "../resources/program";
import { eventually, type KubeObject } from "../testbed/cluster";
import type { Site } from "./site";

/** A kind of pool. */
export interface Pools {
  /** As `poolRef` names it. */
  readonly apiGroup: string;
  readonly kind: string;
  /** Creates a pool with the addresses 10.0.0.10 to .<last>, prefix 24 and gateway 10.0.0.1. */
  create(site: Site, name: string, last: number): Promise<void>;
  /** What the update says if the pool is full: its provider refuses the claim, or does not answer. */
  readonly full: RegExp;
  /** Whether a claim that waits for a full pool stays, and is served when an address is free. */
  readonly waits: boolean;
}

interface Claim extends KubeObject {
  readonly status?: { readonly addressRef?: { readonly name: string } };
}

const IMPATIENT = { controllerWaitMs: 1_500 };

export function claimedAddresses(pools: Pools, site: () => Promise<Site>): void {
  const of = ({ apiGroup, kind }: Pools, name = "net") => ({ apiGroup, kind, name });
  const asked = (name: string, args: object = {}): Declared => addressClaim(name, { poolRef: of(pools), ...args });

  /** A namespace with a pool of ten addresses. */
  async function withPool(last = 19): Promise<Site> {
    const here = await site();
    await pools.create(here, "net", last);
    return here;
  }

  async function allGone(here: Site): Promise<void> {
    await eventually("the addresses of the claims are gone", async () => {
      return (await here.list("capiClaim")).length + (await here.list("capiAddress")).length === 0;
    });
  }

  it("are made and known after the update, change in place, and leave nothing", async () => {
    const here = await withPool();
    const stack = here.stack();
    const program = [asked("v", { labels: { a: "1" } }), asked("w")];
    assert.equal((await stack.preview(program)).inputs.get("v")?.address, undefined);
    assert.deepEqual(await stack.up(program), ["create v", "create w"]);
    const addresses = ["v", "w"].map((as) => String(stack.outputs(as).address));
    assert.deepEqual(addresses.toSorted(), ["10.0.0.10", "10.0.0.11"]);
    const { prefix, gateway } = stack.outputs("v");
    assert.deepEqual({ prefix, gateway }, { prefix: 24, gateway: "10.0.0.1" });
    assert.deepEqual((await stack.preview(program)).steps, ["same v", "same w"]);

    await here.patch("capiClaim", "v", { metadata: { labels: { theirs: "x" } } });
    const relabelled = [asked("v", { labels: { b: "2" } }), asked("w")];
    assert.deepEqual(await stack.up(relabelled), ["update v", "same w"]);
    const { metadata } = await here.get("capiClaim", "v");
    assert.deepEqual([metadata.labels?.a, metadata.labels?.b, metadata.labels?.theirs], [undefined, "2", "x"]);
    assert.equal(stack.outputs("v").address, addresses[0]);

    assert.deepEqual(await stack.up([relabelled[0]!]), ["same v", "delete w"]);
    await stack.destroy();
    await allGone(here);
  });

  it("are replaced if their pool changes, and the name stays", async () => {
    const here = await withPool();
    await pools.create(here, "other", 12);
    const stack = here.stack();
    await stack.up([asked("v")]);
    const before = (await here.get("capiClaim", "v")).metadata.uid;
    assert.deepEqual(await stack.up([asked("v", { poolRef: of(pools, "other") })]), ["replace v"]);
    const { metadata, spec } = await here.get("capiClaim", "v");
    assert.notEqual(metadata.uid, before);
    assert.deepEqual(spec, { poolRef: of(pools, "other") });
    await stack.destroy();
    await allGone(here);
  });

  it("show drift with its author, and are made again", async () => {
    const here = await withPool();
    const stack = here.stack();
    const program = [asked("v", { labels: { a: "1" } })];
    await stack.up(program);
    await here.cluster.kubectl(["label", "-n", here.namespace, "--overwrite", "ipaddressclaims", "v", "a=2"]);
    const [label] = (await stack.preview(program)).drift;
    assert.match(
      String(label),
      /^IPAddressClaim \S+\/v metadata\.labels\.a: found 2, expected 1 \(changed by kubectl-label at 20/,
    );
    await stack.up(program);
    await here.delete("capiClaim", "v");
    await allGone(here);
    const { drift, steps } = await stack.preview(program);
    assert.deepEqual(drift, [`IPAddressClaim ${here.namespace}/v was deleted`]);
    assert.deepEqual(steps, ["update v"]);
    await stack.up(program);
    assert.deepEqual((await stack.preview(program)).steps, ["same v"]);
    await stack.destroy();
  });

  it("that others have made are refused, and taken over by an import", async () => {
    const here = await withPool();
    await here.create("capiClaim", "v", { spec: { poolRef: of(pools) } });
    await eventually("the claim is served", async () => (await here.get<Claim>("capiClaim", "v")).status?.addressRef);
    const stack = here.stack();
    await assert.rejects(
      stack.preview([asked("v")]),
      /IPAddressClaim \S+\/v already exists \(not made by this provider\)/,
    );
    await imported(stack, "ipAddressClaim", "v", `${here.namespace}/v`);
    assert.equal(stack.outputs("v").address, "10.0.0.10");
    assert.deepEqual((await stack.preview([asked("v")])).steps, ["same v"]);
    assert.deepEqual(await stack.up([asked("v", { labels: { a: "1" } })]), ["update v"]);
    await stack.destroy();
    await allGone(here);
  });

  it("of a full pool say so, and the next update continues", async () => {
    const here = await withPool(10);
    const stack = here.stack(undefined, IMPATIENT);
    await stack.up([asked("v")]);
    const program = [asked("v"), asked("w")];
    const inputs = (await stack.preview(program)).inputs.get("w")!;
    const failure = await stack.up(program).catch((error: Error) => error);
    assert.match(String(failure), pools.full);
    assert.equal(failure instanceof Unfinished, pools.waits);
    assert.equal((await here.find("capiClaim", "w")) !== undefined, pools.waits);
    if (failure instanceof Unfinished) keep(stack, failure, inputs);
    // Others give an address back.
    await stack.handlers().ipAddressClaim.delete({ owner: {}, id: "", state: stack.outputs("v") });
    stack.state.delete("v");
    const next = here.stack();
    next.state = stack.state;
    assert.deepEqual(await next.up([asked("w")]), [pools.waits ? "update w" : "create w"]);
    assert.equal(next.outputs("w").address, "10.0.0.10");
    await next.destroy();
    await allGone(here);
  });

  it("of a pool that is not there say so, and are served when it comes", async () => {
    const here = await site();
    const stack = here.stack(undefined, IMPATIENT);
    const inputs = (await stack.preview([asked("v")])).inputs.get("v")!;
    const failure = await stack.up([asked("v")]).catch((error: Error) => error);
    assert.ok(failure instanceof Unfinished, String(failure));
    assert.equal(
      failure.message,
      `IPAddressClaim ${here.namespace}/v has no address yet (waited 2 s), because ${pools.kind} net does not exist. ` +
        "Create it or correct `poolRef`, then run `pulumi up` again, which continues from here.",
    );
    keep(stack, failure, inputs);
    await pools.create(here, "net", 19);
    const next = here.stack();
    next.state = stack.state;
    assert.deepEqual(await next.up([asked("v")]), ["update v"]);
    assert.equal(next.outputs("v").address, "10.0.0.10");
    await next.destroy();
    await allGone(here);
  });

  it("of an owner that ends go with it, and are not made again under it", async () => {
    const here = await withPool();
    const { metadata } = await here.create("configMap", "machine", {});
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "machine", uid: metadata.uid };
    const stack = here.stack();
    const program = [asked("v", { ownerReferences: [owner] })];
    await stack.up(program);
    assert.deepEqual((await stack.preview(program)).warnings, []);
    await here.delete("configMap", "machine");
    await allGone(here);
    const gone =
      `v: ownerReferences[0]: ConfigMap machine (uid ${metadata.uid}) is gone. Kubernetes deletes a claim when its last owner ` +
      "is gone. Remove the claim, or name another owner.";
    await assert.rejects(stack.preview(program), { message: gone });
    assert.deepEqual((await stack.preview([asked("v")])).drift, [`IPAddressClaim ${here.namespace}/v was deleted`]);
    await stack.up([asked("v")]);
    await stack.destroy();
    await allGone(here);
  });
}

/** As the engine does: an unfinished resource is in state, and the next update updates it. */
function keep(stack: Stack, { id, outputs }: Unfinished, inputs: object): void {
  stack.state.set(id.replace(/.*\//, ""), { kind: "ipAddressClaim", id, inputs: { ...inputs }, outputs });
}
