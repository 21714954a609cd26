import { dirname } from "node:path";
import { type FileSystem, unless } from "./file-system";

/** Makes folders so that they survive a crash of the machine: each is synced into its parent. */
export class DurableFolders {
  /** Folders that this process knows to be synced, whoever made them. */
  readonly #synced = new Set<string>();

  constructor(
    readonly files: FileSystem,
    readonly root: string,
  ) {}

  /** The folder and all above it. Throws system calls' errors. */
  async make(path: string): Promise<void> {
    const parent = dirname(path);
    const belowRoot = path.length > this.root.length;
    if (belowRoot && !this.#synced.has(parent)) await this.#makeSynced(parent);
    if (!(await this.#makeOne(path))) {
      // The folders above are gone: removed by hand since, or never there (above the root).
      await this.#makeSynced(parent);
      await this.#makeOne(path);
    }
    await this.files.syncDirectory(parent);
  }

  /** A folder that is there: another writer may have made it a moment ago, and be on the way to sync it. */
  async confirm(path: string): Promise<void> {
    if (!this.#synced.has(path)) await this.#makeSynced(path);
  }

  async #makeSynced(path: string): Promise<void> {
    this.#synced.delete(path);
    await this.make(path);
    this.#synced.add(path);
  }

  /** False: the parent is missing. */
  async #makeOne(path: string): Promise<boolean> {
    const made = this.files.makeDirectory(path).then(() => true);
    const there = await unless(
      ["EEXIST"],
      unless(["ENOENT"], made).then((done) => done ?? false),
    );
    return there ?? true;
  }
}
