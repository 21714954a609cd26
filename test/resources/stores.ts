import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handlersOver } from "../../provider/compose";
import { openFileStore } from "../../provider/store/file/file-store";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { storeOf } from "../cluster/stack";
import { empty } from "../store/kubernetes/opened";
import { useCluster } from "../testbed/cluster";
import { type Manner, Stack } from "./program";
import { servedHandlers } from "./served-handlers";
import { openServedStore } from "./served-store";

/** The setting of a row. */
export interface Ground {
  readonly store: Store;
  /** The folder, if there is one. */
  readonly directory: string | undefined;
  /** `<project>/<stack>`. Default: that of `Stack`. */
  stackOf(name?: string): Stack;
}

/**
 * The same rows on every store, and in each manner of an engine. The API server has no controllers. The clock of the rows
 * makes each wait instant, so controllers would never finish in time.
 */
export function onEachStore(rows: (open: () => Ground) => void): void {
  const inMemory: [what: string, open: () => Store, manner?: Manner][] = [
    ["memory store", openMemoryStore],
    ["memory store with mirrors", openServedStore],
    ["memory store, read before each run", openMemoryStore, { reads: true, open: handlersOver }],
    ["memory store, through the plugin's messages", openMemoryStore, { reads: false, open: servedHandlers }],
  ];
  for (const [what, open, manner] of inMemory) {
    describe(what, () => {
      let store: Store;
      beforeEach(() => {
        store = open();
      });
      rows(() => ground(store, undefined, manner));
    });
  }
  describe("file store", () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "metal3-ipam-"));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));
    rows(() => ground(openFileStore(directory), directory));
  });
  describe("kubernetes store", function () {
    const cluster = useCluster(this, { controllers: false });
    let store: KubernetesStore;
    before(async () => {
      const namespaces = "/api/v1/namespaces";
      const there = await cluster().api.find(`${namespaces}/metal3`); // from another file of this run
      if (there === undefined) await cluster().api.create(namespaces, { metadata: { name: "metal3" } });
    });
    beforeEach(async () => {
      await empty(cluster(), "metal3");
      store = await storeOf(cluster());
    });
    afterEach(() => store.close());
    rows(() => ground(store));
  });
}

function ground(store: Store, directory?: string, manner?: Manner): Ground {
  return { store, directory, stackOf: (name) => new Stack(store, name, undefined, undefined, manner) };
}
