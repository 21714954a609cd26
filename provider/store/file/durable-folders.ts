import { dirname } from "node:path";
import { SharedCall } from "../shared-call";
import { type FileSystem, unless } from "./file-system";

/** Makes folders that survive a crash of the machine: each is synced into its parent. */
export class DurableFolders {
  /** Folders that are synced as far as this process knows. Another process may have made them. */
  readonly #synced = new Set<string>();
  /** The folders of kinds, which many writes change at once. */
  readonly #syncs = new Map<string, SharedCall<void>>();

  constructor(
    readonly files: FileSystem,
    readonly root: string,
  ) {}

  /** Makes the folder and all folders above it. Throws system calls' errors. */
  async make(path: string): Promise<void> {
    const parent = dirname(path);
    const belowRoot = path.length > this.root.length;
    if (belowRoot && !this.#synced.has(parent)) await this.#makeSynced(parent);
    if (!(await this.#makeOne(path))) {
      // A folder above is missing: removed by hand, or never there (above the root).
      await this.#makeSynced(parent);
      await this.#makeOne(path);
    }
    await this.sync(parent);
  }

  /** Makes the changes in a folder safe that were made before this call. Calls at the same time share one sync. */
  sync(path: string): Promise<void> {
    const known = this.#syncs.get(path) ?? new SharedCall(() => this.files.syncDirectory(path));
    this.#syncs.set(path, known);
    return known.now();
  }

  /** Syncs a folder that exists. Another writer may have made it a moment ago, and not have synced it yet. */
  async confirm(path: string): Promise<void> {
    if (!this.#synced.has(path)) await this.#makeSynced(path);
  }

  async #makeSynced(path: string): Promise<void> {
    this.#synced.delete(path);
    await this.make(path);
    this.#synced.add(path);
  }

  /** False if the parent is missing. */
  async #makeOne(path: string): Promise<boolean> {
    const made = this.files.makeDirectory(path).then(() => true);
    const there = await unless(
      ["EEXIST"],
      unless(["ENOENT"], made).then((done) => done ?? false),
    );
    return there ?? true;
  }
}
