/**
 * A cluster for manual tests: real kube-apiserver on etcd, garbage collector, Metal3's IPAM controller.
 *
 *   node --import tsx test/testbed/run-cluster.ts          # all of it
 *   node --import tsx test/testbed/run-cluster.ts crds     # without controllers
 *   node --import tsx test/testbed/run-cluster.ts bare     # without CRDs, too
 *   node --import tsx test/testbed/run-cluster.ts capi     # all of it, with CAPM3 and the in-cluster IPAM provider
 *
 * When everything is ready, it prints the path of a kubeconfig for the admin, on its own line. Then run
 * `KUBECONFIG=<path> kubectl get ippools -A`. Logs are next to that file. It stays until Ctrl-C, SIGTERM or the end of its
 * terminal, with any standard input.
 */
import { once } from "node:events";
import { startCluster } from "./cluster";

const variants = {
  all: {},
  crds: { controllers: false },
  bare: { crds: false },
  capi: { capm3: true, inCluster: true },
} as const;

async function main(variant = "all"): Promise<void> {
  const spec = Object.entries(variants).find(([name]) => name === variant)?.[1];
  if (spec === undefined)
    throw new Error(`There is no variant "${variant}". Choose one of ${Object.keys(variants).join(", ")}.`);
  const cluster = await startCluster(spec);
  process.stdout.write(`${await cluster.kubeconfig()}\n`);
  await ended();
  await cluster.dispose();
}

async function ended(): Promise<void> {
  // A signal's listener alone keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
  clearInterval(alive);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
