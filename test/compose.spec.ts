import assert from "node:assert/strict";
import { join } from "node:path";
import type { Composition } from "../provider/compose";
import type { Config } from "../provider/config";
import { composeForPulumi as compose } from "../provider/pulumi/compose";
import { kubeconfigFor } from "./store/kubernetes/opened";
import { type ScriptedServer, scriptedServer } from "./store/kubernetes/scripted-server";
import { run } from "./testbed/run";

describe("compose", () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await scriptedServer();
  });
  afterEach(() => server.close());

  const owner = { stack: "metal/dev", resource: "pool" };
  /** Of a pool without a name, which ends before anything is asked. */
  const checkPool = ({ handlers }: Composition) =>
    handlers.ipPool.check({ owner, olds: undefined, news: { pools: [] } });

  it("leads to the cluster of a kubeconfig, and to its context's namespace", async () => {
    const kubeconfig = kubeconfigFor(server.url).replace('"cluster":"bed"', '"cluster":"bed","namespace":"of-context"');
    const inputs = async (config: Config) => (await checkPool(await compose(config))).inputs;
    const { namespace, target } = await inputs({ kubeconfig });
    assert.equal(namespace, "of-context");
    assert.equal((target as { description: string }).description, `cluster bed (${server.url})`);
    assert.equal((await inputs({ kubeconfig, namespace: "of-stack" })).namespace, "of-stack");
    assert.equal((await inputs({ kubeconfig: kubeconfigFor(server.url) })).namespace, "default");
  });

  it("leads to the folder alone, or to the cluster alone", async () => {
    const others: Config[] = [{ kubeconfig: "/k" }, { context: "c" }, { allowExec: true }];
    for (const other of others) {
      await assert.rejects(compose({ directory: "/d", ...other }), /metal3-ipam:directory and .* exclude each other/);
    }
    await assert.rejects(
      compose({ kubeconfig: "/no/such/file" }),
      /metal3-ipam:kubeconfig names \/no\/such\/file, which does not exist\.$/,
    );
    const kubeconfig = kubeconfigFor(server.url);
    await assert.rejects(compose({ kubeconfig, context: "other" }), /has no context "other"\. Its contexts are bed\./);
    await assert.rejects(compose({ kubeconfig, namespace: "No" }), /metal3-ipam:namespace "No" must consist of/);
    const strange = kubeconfig.replace('"cluster":"bed"', '"cluster":"bed","namespace":"No"');
    await assert.rejects(
      compose({ kubeconfig: strange }),
      /The namespace of the kubeconfig's context "No" must consist of/,
    );
  });

  it("tells what there is to say of the backend, for a door to say it once", async () => {
    const kubeconfig = kubeconfigFor(server.url, {}, { "insecure-skip-tls-verify": true });
    const [warning] = (await compose({ kubeconfig })).warnings;
    assert.match(warning ?? "", /^Cluster bed has insecure-skip-tls-verify/);
  });

  it("loads an HTTP client only for a cluster", async () => {
    const loaded = async (config: string) => {
      const script = `
        require("./provider/pulumi/compose").composeForPulumi(${config}).catch(() => undefined).then(() =>
          console.log(Object.keys(require.cache).filter((file) => /node_modules.(undici|zod)./.test(file)).map((file) => /node_modules.(\\w+)/.exec(file)[1]).join()));`;
      const cwd = join(__dirname, "..");
      const { stdout } = await run(process.execPath, ["--import", "tsx", "-e", script], { cwd });
      return [...new Set(stdout.trim().split(","))].sort();
    };
    assert.deepEqual(await loaded('{ directory: "/d" }'), ["zod"]);
    assert.deepEqual(await loaded('{ kubeconfig: "/no/such/file" }'), ["zod"]);
    assert.deepEqual(await loaded(`{ kubeconfig: ${JSON.stringify(kubeconfigFor(server.url))} }`), ["undici", "zod"]);
  });
});
