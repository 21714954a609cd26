/** Starts the fake API server. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeconfigFor } from "../../store/kubernetes/opened";
import { POOL } from "./content";
import type { Said } from "./server";

/** An API server with one pool. A real one can take its place. */
export interface Api {
  /** The path of a kubeconfig. */
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly pool: string;
  /** How many requests it has had. */
  requests(): Promise<number>;
  close(): Promise<void>;
}

export async function openFakeApi({ addresses = 0 } = {}): Promise<Api> {
  const folder = await mkdtemp(join(tmpdir(), "fake-api-"));
  const server = fork(join(__dirname, "server.ts"), [String(addresses)], { execArgv: ["--import", "tsx"] });
  const ended = once(server, "exit");
  const said = async (): Promise<Said> => {
    const over = ended.then(() => Promise.reject(new Error("the fake API server has ended")));
    const [message] = (await Promise.race([once(server, "message"), over])) as [Said];
    return message;
  };
  const ready = await said();
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigFor("url" in ready ? ready.url : ""));
  return {
    kubeconfig,
    namespace: POOL.namespace,
    pool: POOL.name,
    async requests() {
      const answer = said();
      server.send("count");
      const counted = await answer;
      return "requests" in counted ? counted.requests : 0;
    },
    async close() {
      server.disconnect();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
