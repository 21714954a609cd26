import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../provider/store/file/file-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { openServedStore } from "./served-store";

/** The same rows on every store that needs no server; `directory` is the folder, where there is one. */
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
}
