/**
 * The places of killed processes. Over a folder they kill themselves,
 * over an API server a proxy that sees their writes kills them.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IP_CLAIM } from "../../../provider/api/metal3/kinds";
import { handlersOver, systemEnvironment } from "../../../provider/compose";
import { noPreviewMemory } from "../../../provider/ipam/pool/preview-memory";
import { pulumiDoor } from "../../../provider/pulumi/door";
import type { Store } from "../../../provider/store/store";
import { type Front, openFront, type Seen } from "../../cluster/front";
import { storeOf } from "../../cluster/stack";
import { compiledWorker } from "../../ipam/processes";
import { imported } from "../../resources/importing";
import { Stack } from "../../resources/program";
import { openFolder } from "../../store/file/folder";
import type { Cluster } from "../../testbed/cluster";
import { booksOf, toldBy } from "./books";
import type { Ground } from "./campaign";
import type { Report, Run } from "./killed";
import { SavedState, useSavedState } from "./saved-state";
import { programOf } from "./wishes";

const IMPORTED = [
  "test/store/kubernetes/connected.ts",
  "test/trust/kills/saved-state.ts",
  "test/resources/program.ts",
  "test/store/file/stopping-files.ts",
  "test/store/file/folder.ts",
];

type Worker = ReturnType<typeof compiledWorker>;
export type ClosingGround = Ground & { close(): Promise<void> };
/** Runs a process that is killed at its `write`-th write. undefined: it was killed. */
export type RunKilled = (run: Run, write: number) => Promise<Report | undefined>;

export function killedWorker(): Worker {
  return compiledWorker("test/trust/kills/killed.ts", ...IMPORTED);
}

export async function folderGround(worker: Worker, random: () => number): Promise<ClosingGround> {
  const { directory, store, close } = await openFolder();
  const place = { folder: directory };
  const run: RunKilled = (run, write) => untilKilled(worker.start(JSON.stringify({ ...run, killBefore: write })));
  return handlersGround(store, place, "metal3", random, run, close);
}

const WRITES: ReadonlySet<Seen["verb"]> = new Set(["create", "patch", "delete"]);

/** The proxy sees each write twice: when it comes, and when the server has done it and the process does not know. */
export async function clusterGround(worker: Worker, cluster: Cluster, random: () => number): Promise<ClosingGround> {
  const front = await openFront(cluster);
  const store = await storeOf(cluster);
  const place = { kubeconfig: await cluster.kubeconfig(front) };
  const run: RunKilled = async (run, write) => {
    const writes = killingAt(front, write, () => Number(readFileSync(join(run.home, "pid"), "utf8")));
    const report = await untilKilled(worker.start<Report>(JSON.stringify(run)));
    return report && { ...report, writes: writes() };
  };
  return handlersGround(store, place, await cluster.namespace("kills"), random, run, async () => {
    store.close();
    await front.close();
  });
}

/** Killed runs are separate processes. All others run here, with the state that those left. */
export async function handlersGround(
  store: Store,
  place: Run["place"],
  namespace: string,
  random: () => number,
  run: RunKilled,
  close: () => Promise<void>,
): Promise<ClosingGround> {
  const home = await mkdtemp(join(tmpdir(), "kills-"));
  const stack = () => {
    const environment = {
      ...systemEnvironment(store.target, pulumiDoor),
      previews: noPreviewMemory,
      others: undefined,
    };
    const opened = new Stack(store, "metal/dev", environment, namespace, { reads: true, open: handlersOver });
    useSavedState(opened, home);
    return opened;
  };
  return {
    books: () => booksOf(store, namespace),
    told: async () => new Map([...new SavedState(home).values()].flatMap(toldBy)),
    async killed(wishes, write) {
      const report = await run({ place, namespace, home, program: programOf(wishes), reads: random() < 0.5 }, write);
      return report?.writes;
    },
    async settle(wishes) {
      const program = programOf(wishes);
      await stack().up(program);
      const { steps, drift } = await stack().preview(program);
      return { busy: [...steps.filter((step) => !step.startsWith("same ")), ...drift] };
    },
    async importLeft({ left, isPoolLeft }) {
      const importing = stack();
      if (isPoolLeft) await imported(importing, "ipPool", "net", `${namespace}/net`);
      for (const claim of left) {
        const there = await store.get(IP_CLAIM, { namespace, name: claim });
        if (there) await imported(importing, "ipClaim", claim, `${namespace}/${claim}`);
        else await imported(importing, "preAllocation", claim, `${namespace}/net/${claim}`);
      }
    },
    async close() {
      await close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function killingAt(front: Front, last: number, pid: () => number): () => number {
  let moments = 0;
  const kill = () => process.kill(pid(), "SIGKILL");
  front.meddle = ({ verb }) => {
    if (!WRITES.has(verb)) return undefined;
    moments += 2;
    if (moments - 1 === last) kill();
    if (moments - 1 === last) return "silence";
    // The server has done it, and the answer is lost.
    return moments === last ? ({ pass }) => pass(undefined, kill) : undefined;
  };
  return () => moments;
}

/** undefined: it was killed. */
async function untilKilled(report: Promise<Report>): Promise<Report | undefined> {
  return report.catch((error: Error) => {
    if (/ ended with SIGKILL: $/.test(error.message)) return undefined;
    throw error;
  });
}
