/** Whole `pulumi up`s that are killed: the CLI, the plugin, or both, with SIGKILL at a random write of the plugin's. */
import { mkdirSync, watch } from "node:fs";
import { copyFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import { tokenOf } from "../../../provider/pulumi/tokens";
import { resources as kinds } from "../../../provider/resources/registry";
import { placeOf } from "../../../provider/store/file/file-place";
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
const typeOf = (name: KindName) => tokenOf(kinds[name].kind);

/** The same in Pulumi's YAML. */
function yamlOf(wishes: Wishes): string {
  const rows = programOf(wishes).map(({ kind, as, args }) => {
    const type = typeOf(kind);
    // It does not wait longer for what a killed update has left in it.
    if (kind === "ipPool")
      return [as, { type, properties: args, options: { customTimeouts: { delete: "2s" } } }] as const;
    return [as, { type, properties: { ...args, pool: "$" + "{net.name}" } }] as const;
  });
  return yaml(Object.fromEntries(rows));
}

/** Reports writes, as they come. */
interface Watching {
  /** Called at each write, until it is replaced. */
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
  const watching: Watching = {
    onWrite: () => undefined,
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
  // Not `recursive`, because Node reads new folders to watch them, and one that is gone by then ends the process.
  const watchers = [IP_POOL, IP_ADDRESS, IP_CLAIM].map((kind) => {
    const { manifestFolder } = placeOf(directory, kind, { namespace, name: "any" });
    mkdirSync(manifestFolder, { recursive: true, mode: 0o700 });
    return watch(manifestFolder, () => watching.onWrite());
  });
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
      const kind = (Object.keys(kinds) as KindName[]).find((one) => urn.includes(`::${typeOf(one)}::`));
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
    watching.onWrite = () => {
      if (++writes !== write) return;
      // Before the CLI is gone, because later the processes have no
      // parent. None is left if a folder reports the last write late.
      plugins = alive(pluginsBelow(running.pid));
      if (plugins.length > 0 && victims >= 0.3) running.signal("SIGKILL");
      if (victims < 0.6) for (const pid of plugins) killIfThere(pid);
    };
    await running.done;
    watching.onWrite = () => undefined;
    if (plugins.length === 0) return writes;
    await haveEnded(plugins);
    await stack.pulumi("cancel", "--yes"); // removes the lock of the state if the CLI was killed
    await mendState(stack);
    return undefined;
  }

  async function importLeft({ left, isPoolLeft }: Left): Promise<void> {
    const row = (kind: KindName, name: string, id: string) => ({ type: typeOf(kind), name, id });
    const rows = left.map(async (claim) => {
      const there = await store.get(IP_CLAIM, { namespace, name: claim });
      if (there) return row("ipClaim", claim, `${namespace}/${claim}`);
      return row("preAllocation", claim, `${namespace}/net/${claim}`);
    });
    const pool = isPoolLeft ? [row("ipPool", "net", `${namespace}/net`)] : [];
    const file = join(stack.folder, ".import.json");
    await writeFile(file, JSON.stringify({ resources: [...pool, ...(await Promise.all(rows))] }));
    const flags = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    expectSucceeded(await stack.pulumi("import", "--file", file, ...flags));
  }
  const close = async () => {
    await watching.close();
  };
  return { books: () => booksOf(store, namespace), told, settle, killed: killedUp, importLeft, close };
}

/**
 * A CLI that is killed while it writes its state may leave an empty
 * file. The state before is next to it, where a user finds it.
 */
async function mendState({ backend, name }: Stack): Promise<void> {
  const file = join(backend, ".pulumi", "stacks", "killed", `${name}.json`);
  const { size } = await stat(file);
  if (size === 0) await copyFile(`${file}.bak`, file);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
