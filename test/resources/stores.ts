import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../provider/store/file/file-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";

/** The same rows on every embedded store; `directory` is the folder, where there is one. */
export function onEachStore(rows: (open: () => { store: Store; directory: string | undefined }) => void): void {
  describe("memory store", () => {
    let store: Store;
    beforeEach(() => {
      store = openMemoryStore();
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
