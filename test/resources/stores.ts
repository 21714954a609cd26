import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../provider/store/file/file-store";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { storeOf } from "../cluster/stack";
import { empty } from "../store/kubernetes/opened";
import { useCluster } from "../testbed/cluster";
import { openServedStore } from "./served-store";

/**
 * The same rows on every store; `directory` is the folder, where there is one. The API server has no controllers: the
 * rows' clock makes every wait instant, and nobody would be done by then.
 */
export function onEachStore(rows: (open: () => { store: Store; directory: string | undefined }) => void): void {
  describe("memory store", () => {
    let store: Store;
    beforeEach(() => {
      store = openMemoryStore();
    });
    rows(() => ({ store, directory: undefined }));
  });
  describe("memory store with twins", () => {
    let store: Store;
    beforeEach(() => {
      store = openServedStore();
    });
    rows(() => ({ store, directory: undefined }));
  });
  describe("file store", () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "metal3-ipam-"));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));
    rows(() => ({ store: openFileStore(directory), directory }));
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
    rows(() => ({ store, directory: undefined }));
  });
}
