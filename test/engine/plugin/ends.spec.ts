/** Ctrl-C, once and twice, and kills: when the commands end, what they leave, and that the next update continues from it. */
import assert from "node:assert/strict";
import { type Front, openFront } from "../../cluster/front";
import { eventually, useCluster } from "../../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { alive, haveEnded, pending, pluginsBelow, secondsUntil, stateOf, upUntil, yaml } from "./interruptions";

const MADE_HERE = "$" + "{net.name}";
const net = { type: "metal3-ipam:IPPool", properties: { name: "net", pools: [{ subnet: "10.0.0.0/28" }] } };
const host = { type: "metal3-ipam:PreAllocation", properties: { pool: MADE_HERE, host: "a" } };
const waiting = yaml({ a: { type: "metal3-ipam:PreAllocation", properties: { pool: "net", host: "a" } } });

/** Seconds that an update waits for a silent server without a cancel. With a cancel it takes two to four. */
const UNASKED = 30;

describe("the plugin's process", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });
  let front: Front;
  beforeEach(async () => {
    front = await openFront(cluster());
  });
  afterEach(() => front.close());

  /** Over a cluster that a test can make silent. */
  async function overFront(): Promise<Stack> {
    const config = {
      "metal3-ipam:kubeconfig": await cluster().kubeconfig(front),
      "metal3-ipam:namespace": await cluster().namespace(),
    };
    const program = yaml({ net, a: host });
    return engine().project({ name: "silent", runtime: "yaml", program, directory: null, config });
  }

  const silences = {
    "from the first question on": { asks: () => true },
    "while it creates a lock": { asks: ({ verb }: { verb: string }) => verb === "create" },
  };
  for (const [when, { asks }] of Object.entries(silences)) {
    it(`ends within seconds after Ctrl-C if the API server is silent ${when}`, async () => {
      const stack = await overFront();
      front.meddle = (seen) => (asks(seen) ? "silence" : undefined);
      const running = await upUntil(
        stack,
        /Waiting for cluster testbed \(https:\S+\): the API server has not answered yet\./,
      );
      const plugins = pluginsBelow(running.pid);
      const { seconds, result } = await secondsUntil(running, "SIGINT");
      assert.ok(seconds < UNASKED, `${seconds} s`);
      expectFailed(result, /the API server has not answered yet\. Not tried again, because the run was cancelled\./);
      await haveEnded(plugins);
      assert.deepEqual(await pending(stack), []);
      front.meddle = () => undefined;
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { create: 2 });
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 2 });
      expectSucceeded(await stack.destroy());
    });
  }

  it("ends immediately after a second Ctrl-C; Pulumi names the pending operation, and the next update continues", async () => {
    const stack = await overFront();
    front.meddle = ({ resource }) => (resource.startsWith("ippools") ? undefined : "silence");
    const running = await upUntil(
      stack,
      /Waiting for cluster testbed \(https:\S+\): the API server has not answered yet\./,
    );
    const plugins = pluginsBelow(running.pid);
    running.signal("SIGINT");
    const { seconds } = await secondsUntil(running, "SIGINT");
    assert.ok(seconds < UNASKED, `${seconds} s`);
    await haveEnded(plugins);
    front.meddle = () => undefined;
    const left = await pending(stack);
    const next = expectSucceeded(await stack.up());
    if (left.length > 0) assert.match(next.all, /interrupted while creating/);
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 2 });
  });

  it("ends when Pulumi is killed; Pulumi names the pending operation, and the next update continues", async () => {
    const stack = await engine().project({ name: "killed", runtime: "yaml", program: waiting });
    const running = await upUntil(stack, /waiting for IPPool default\/net to be there/);
    const plugins = pluginsBelow(running.pid);
    assert.deepEqual(alive(plugins), plugins);
    running.signal("SIGKILL");
    await running.done;
    await haveEnded(plugins);
    assert.deepEqual(await pending(stack), ["creating a"]);
    await stack.pulumi("cancel", "--yes"); // removes Pulumi's own lock of the state
    await stack.setProgram(yaml({ net, a: { ...host } }));
    const next = expectSucceeded(await stack.up());
    assert.match(next.all, /PreAllocation::a, interrupted while creating/);
    assert.deepEqual(next.changes, { create: 2 });
    assert.notEqual(await stateOf(stack, "a"), undefined);
  });

  it("ends with each command", async () => {
    const stack = await engine().project({ name: "commands", runtime: "yaml", program: yaml({ net, a: host }) });
    for (const command of [["preview"], ["up", "--yes"], ["refresh", "--yes"], ["destroy", "--yes"]] as const) {
      const [operation, ...args] = command;
      const running = stack.start(operation, ...args);
      const plugins = await eventually("the plugin runs", () => {
        const found = pluginsBelow(running.pid);
        return found.length > 0 && found;
      });
      expectSucceeded(await running.done);
      await haveEnded(plugins);
    }
  });
});
