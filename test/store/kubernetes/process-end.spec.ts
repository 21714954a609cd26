import assert from "node:assert/strict";
import { join } from "node:path";
import { useCluster } from "../../testbed/cluster";
import { run } from "../../testbed/run";

/** Prints when its last statement has run; the process then ends by itself, or the test's deadline ends it. */
const program = (body: string) => `
  const { openConnection } = require("./test/store/kubernetes/connected");
  const { openKubernetesStore } = require("./provider/store/kubernetes/kubernetes-store");
  const { IP_POOL } = require("./provider/api/metal3/kinds");
  (async () => {
    const store = openKubernetesStore(await openConnection({ path: process.argv[1], env: {} }));
    const key = { namespace: "default", name: "none" };
    ${body}
    console.log("done", Date.now());
  })();
  process.on("exit", () => console.log("exit", Date.now()));`;

describe("kubernetes store: the end of a process", function () {
  const cluster = useCluster(this, { controllers: false });

  /** How many milliseconds after its last statement the process ended. */
  async function lingerMs(body: string): Promise<number> {
    const args = ["--import", "tsx", "-e", program(body), await cluster().kubeconfig()];
    const ran = await run(process.execPath, args, { cwd: join(__dirname, "../../..") });
    const [, done, exit] = /done (\d+)\nexit (\d+)/.exec(ran.stdout) ?? assert.fail(ran.all);
    return Number(exit) - Number(done);
  }

  // Undici would keep idle connections for 20 s, an alarm of a call would come after 12 s.
  for (const [what, body] of Object.entries({
    "idle connections": `await Promise.all(Array.from({ length: 20 }, () => store.get(IP_POOL, key)));`,
    "a closed store": `await store.get(IP_POOL, key); await store.close();`,
    "a watch that was closed": `
      await store.get(IP_POOL, key);
      const ignore = () => {};
      const watch = store.apiServer.watch(IP_POOL, "default", { seen: ignore, gone: ignore, failed: ignore });
      await store.list(IP_POOL);
      watch.close();`,
    "a watch that was closed while it listed": `
      const ignore = () => {};
      store.apiServer.watch(IP_POOL, "default", { seen: ignore, gone: ignore, failed: ignore }).close();`,
    "a watch whose store was closed": `
      const watch = store.apiServer.watch(IP_POOL, "default", { seen() {}, gone() {}, failed() {} });
      await store.get(IP_POOL, key);
      await store.close();`,
  })) {
    it(`is not delayed by ${what}`, async () => {
      const lingered = await lingerMs(body);
      assert.ok(lingered < 10_000, `${lingered} ms`);
    });
  }
});
