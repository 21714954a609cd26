/** Whole `pulumi up`s that are killed: the CLI, the plugin, or both, with SIGKILL at a random write of the plugin's. */
import { type FSWatcher, mkdirSync, watch } from "node:fs";
import { IP_CLAIM } from "../../../provider/api/kinds";
import { resources as kinds } from "../../../provider/resources/registry";
import { openFileStore } from "../../../provider/store/file/file-store";
import type { Store } from "../../../provider/store/store";
import { openFront } from "../../cluster/front";
import { storeOf } from "../../cluster/stack";
import { alive, haveEnded, pluginsBelow, yaml } from "../../engine/plugin/interruptions";
import type { Kept } from "../../resources/program";
import type { Cluster } from "../../testbed/cluster";
import { type Engine, expectSucceeded, type Stack } from "../../testbed/engine";
import { booksOf, type Told, toldBy } from "./books";
import type { Ground, Left, Steps } from "./campaign";
import { programOf, type Wishes } from "./wishes";

type KindName = Kept["kind"];
const tokenOf = (kind: KindName) => kinds[kind].token;

/** The same in Pulumi's YAML. */
function yamlOf(wishes: Wishes): string {
  const rows = programOf(wishes).map(({ kind, as, args }) => {
    const pool = kind === "ipPool" ? {} : { pool: "$" + "{net.name}" };
    return [as, { type: tokenOf(kind), properties: { ...args, ...pool } }] as const;
  });
  return yaml(Object.fromEntries(rows));
}

/** Tells of writes, as they come. */
interface Watching {
  /** Called at each; until it is replaced. */
  onWrite: () => void;
  close(): void | Promise<void>;
}

export interface UpsGround extends Ground {
  close(): Promise<void>;
}

export async function folderUps(engine: Engine, random: () => number): Promise<UpsGround> {
  const namespace = "metal3";
  const stack = await engine.project({
    name: "killed",
    runtime: "yaml",
    program: yaml({}),
    config: { "metal3-ipam:namespace": namespace },
  });
  const directory = stack.directory!;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const watching: Watching = { onWrite: () => undefined, close: () => watcher.close() };
  const watcher: FSWatcher = watch(directory, { recursive: true }, () => watching.onWrite());
  return upsGround(stack, openFileStore(directory), namespace, watching, random);
}

export async function clusterUps(engine: Engine, cluster: Cluster, random: () => number): Promise<UpsGround> {
  const namespace = await cluster.namespace("kills");
  const front = await openFront(cluster);
  const store = await storeOf(cluster);
  const config = { "metal3-ipam:kubeconfig": await cluster.kubeconfig(front), "metal3-ipam:namespace": namespace };
  const stack = await engine.project({ name: "killed", runtime: "yaml", program: yaml({}), directory: null, config });
  const watching: Watching = {
    onWrite: () => undefined,
    async close() {
      store.close();
      await front.close();
    },
  };
  front.meddle = ({ verb }) => {
    if (["create", "patch", "delete"].includes(verb)) watching.onWrite();
    return undefined;
  };
  return upsGround(stack, store, namespace, watching, random);
}

function upsGround(stack: Stack, store: Store, namespace: string, watching: Watching, random: () => number): UpsGround {
  const told = async (): Promise<Told> => {
    const { resources = [] } = (await stack.stackExport()).deployment;
    const rows = resources.flatMap(({ urn, outputs }) => {
      const kind = (Object.keys(kinds) as KindName[]).find((one) => urn.includes(`::${tokenOf(one)}::`));
      return kind && outputs ? toldBy({ kind, outputs }) : [];
    });
    return new Map(rows);
  };

  async function settle(wishes: Wishes): Promise<Steps> {
    await stack.setProgram(yamlOf(wishes));
    expectSucceeded(await stack.up());
    const { rows } = expectSucceeded(await stack.preview());
    return { busy: rows.filter(({ op }) => !["same", "refresh"].includes(op)).map(({ op, name }) => `${op} ${name}`) };
  }

  async function killedUp(wishes: Wishes, write: number): Promise<number | undefined> {
    await stack.setProgram(yamlOf(wishes));
    const victims = random();
    const running = stack.start("up", "--yes", ...(random() < 0.5 ? ["--skip-preview"] : []));
    let writes = 0;
    let plugins: number[] = [];
    let killed = false;
    watching.onWrite = () => {
      if (++writes !== write) return;
      killed = true;
      if (victims >= 0.3) running.signal("SIGKILL");
      plugins = pluginsBelow(running.pid);
      if (victims < 0.6) for (const pid of alive(plugins)) killIfThere(pid);
    };
    await running.done;
    watching.onWrite = () => undefined;
    if (!killed) return writes;
    if (plugins.length > 0) await haveEnded(plugins);
    await stack.pulumi("cancel", "--yes"); // the lock of the state, where it was the CLI
    return undefined;
  }

  async function importLeft({ left, isPoolLeft }: Left): Promise<void> {
    const take = async (kind: KindName, name: string, id: string) =>
      expectSucceeded(await stack.pulumi("import", tokenOf(kind), name, id, "--yes", "--protect=false"));
    if (isPoolLeft) await take("ipPool", "net", `${namespace}/net`);
    for (const claim of left) {
      const there = await store.get(IP_CLAIM, { namespace, name: claim });
      if (there) await take("ipClaim", claim, `${namespace}/${claim}`);
      else await take("preAllocation", claim, `${namespace}/net/${claim}`);
    }
  }
  const close = async () => {
    await watching.close();
  };
  return { books: () => booksOf(store, namespace), told, settle, killed: killedUp, importLeft, close };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
