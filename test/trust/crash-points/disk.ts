/**
 * A disk in memory under the file store, which knows what was synced. Every call is done immediately and completely.
 * `afterPowerLoss` is the disk as another machine finds it: unsynced data may be there, or missing, or in an older form.
 *
 * It is stricter than journals: each name of a folder is lost or kept alone. After a rename both names may be there,
 * or none. A file's sync saves no name, and a folder's sync no content.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { FileSystem } from "../../../provider/store/file/file-system";
import { errno } from "../../store/file/folder";

interface File {
  readonly kind: "file";
  readonly content: string;
  readonly modified: Date;
  synced: boolean;
}

interface Folder {
  readonly kind: "folder";
  readonly entries: Map<string, Node>;
  /** The earlier targets of each name since the folder's last sync, oldest first, without the current one. */
  readonly pasts: Map<string, (Node | undefined)[]>;
}

type Node = File | Folder;

/** Picks one of so many states of the path. 0 is the state that the machine saw last. */
export type Choose = (options: number, path: string) => number;

/** Calls that change the disk, or what is safe on it. */
export type Change = Exclude<keyof FileSystem, "readDirectory" | "readFolder" | "readFile" | "checkWritable">;

export class Disk {
  /** Called after each change. */
  changed: (call: Change, path: string) => void = () => undefined;

  constructor(private readonly root: Folder = folder()) {}

  /** The content of a real folder, all of it synced. */
  static copyOf(path: string, as = path): Disk {
    const disk = new Disk();
    const copied = copyReal(path);
    let above = disk.root;
    for (const part of copied ? dirname(as).split(sep).filter(Boolean) : []) {
      const next = folder();
      above.entries.set(part, next);
      above = next;
    }
    if (copied) above.entries.set(basename(as), copied);
    return disk;
  }

  /** A copy of the disk, with what is known to be safe. */
  clone(): Disk {
    return new Disk(cloned(this.root, new Map()) as Folder);
  }

  /** Makes everything safe. */
  afterPowerLoss(choose: Choose): Disk {
    return new Disk(survivor(this.root, "", choose) as Folder);
  }

  /** path → content, for comparing; a folder ends in a slash. */
  tree(): Record<string, string> {
    const found: Record<string, string> = {};
    const walk = (path: string, node: Node) => {
      if (node.kind === "file") found[path] = node.content;
      else {
        found[`${path}/`] = "";
        for (const [name, each] of [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1)))
          walk(`${path}/${name}`, each);
      }
    };
    walk("", this.root);
    return found;
  }

  readonly files: FileSystem = {
    readDirectory: async (path) => [...this.folderAt(path).entries.keys()],

    readFolder: async (path) => {
      const entries = [...this.folderAt(path).entries];
      const names = (kind: string) => entries.filter(([, node]) => node.kind === kind).map(([name]) => name);
      return { files: names("file"), folders: names("folder") };
    },

    readFile: async (path, maxBytes) => {
      const node = this.find(path);
      if (node.kind === "folder") throw errno("EISDIR", path);
      const bytes = Buffer.from(node.content);
      if (bytes.length > maxBytes) throw errno("EFBIG", path);
      return { bytes, modified: node.modified };
    },

    createFile: async (path, content) => {
      const [parent, name] = this.parentOf(path);
      if (parent.entries.has(name)) throw errno("EEXIST", path);
      put(parent, name, { kind: "file", content, modified: new Date(), synced: false });
      this.changed("createFile", path);
    },

    syncFile: async (path) => {
      const node = this.find(path);
      if (node.kind === "folder") throw errno("EISDIR", path);
      node.synced = true;
      this.changed("syncFile", path);
    },

    syncDirectory: async (path) => {
      const node = this.find(path);
      if (node.kind === "folder") node.pasts.clear();
      this.changed("syncDirectory", path);
    },

    link: async (existing, path) => {
      const node = this.find(existing);
      const [parent, name] = this.parentOf(path);
      if (parent.entries.has(name)) throw errno("EEXIST", path);
      if (node.kind === "folder") throw errno("EPERM", path);
      put(parent, name, node);
      this.changed("link", path);
    },

    rename: async (from, to) => {
      const [oldParent, oldName] = this.parentOf(from);
      const [parent, name] = this.parentOf(to);
      const node = this.find(from);
      const there = parent.entries.get(name);
      if (there === node) return;
      if (there?.kind === "folder") {
        if (node.kind === "file") throw errno("EISDIR", to);
        if (there.entries.size > 0) throw errno("ENOTEMPTY", to);
      } else if (there && node.kind === "folder") throw errno("ENOTDIR", to);
      put(oldParent, oldName, undefined);
      put(parent, name, node);
      this.changed("rename", to);
    },

    removeFile: async (path) => {
      const [parent, name] = this.parentOf(path);
      if (this.find(path).kind === "folder") throw errno("EISDIR", path);
      put(parent, name, undefined);
      this.changed("removeFile", path);
    },

    makeDirectory: async (path) => {
      const [parent, name] = this.parentOf(path);
      if (parent.entries.has(name)) throw errno("EEXIST", path);
      put(parent, name, folder());
      this.changed("makeDirectory", path);
    },

    removeDirectory: async (path) => {
      const [parent, name] = this.parentOf(path);
      if (this.folderAt(path).entries.size > 0) throw errno("ENOTEMPTY", path);
      put(parent, name, undefined);
      this.changed("removeDirectory", path);
    },

    checkWritable: async (path) => {
      if (this.find(path).kind === "file") throw errno("EACCES", path);
    },
  };

  private find(path: string): Node {
    let node: Node = this.root;
    for (const part of path.split(sep).filter(Boolean)) {
      if (node.kind === "file") throw errno("ENOTDIR", path);
      const next = node.entries.get(part);
      if (next === undefined) throw errno("ENOENT", path);
      node = next;
    }
    return node;
  }

  private folderAt(path: string): Folder {
    const node = this.find(path);
    if (node.kind === "file") throw errno("ENOTDIR", path);
    return node;
  }

  private parentOf(path: string): [Folder, string] {
    return [this.folderAt(dirname(path)), basename(path)];
  }
}

function folder(): Folder {
  return { kind: "folder", entries: new Map(), pasts: new Map() };
}

function put({ entries, pasts }: Folder, name: string, node: Node | undefined): void {
  pasts.set(name, [...(pasts.get(name) ?? []), entries.get(name)]);
  if (node) entries.set(name, node);
  else entries.delete(name);
}

function copyReal(path: string): Node | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) {
    return stat && { kind: "file", content: readFileSync(path, "utf8"), modified: stat.mtime, synced: true };
  }
  const copy = folder();
  for (const name of readdirSync(path)) copy.entries.set(name, copyReal(join(path, name))!);
  return copy;
}

/** Two names of one file stay two names of one file. */
function cloned(node: Node, done: Map<Node, Node>): Node {
  const known = done.get(node);
  if (known) return known;
  const copy: Node = node.kind === "file" ? { ...node } : folder();
  done.set(node, copy);
  if (node.kind === "folder" && copy.kind === "folder") {
    for (const [name, each] of node.entries) copy.entries.set(name, cloned(each, done));
    for (const [name, past] of node.pasts) {
      copy.pasts.set(
        name,
        past.map((each) => each && cloned(each, done)),
      );
    }
  }
  return copy;
}

function survivor(node: Node, path: string, choose: Choose, done = new Map<Node, Node>()): Node {
  const known = done.get(node);
  if (known) return known;
  if (node.kind === "file") {
    const forms = node.synced ? [node.content] : tornForms(node.content);
    const file: File = { ...node, content: forms[choose(forms.length, path)]!, synced: true };
    done.set(node, file);
    return file;
  }
  const copy = folder();
  done.set(node, copy);
  for (const name of new Set([...node.entries.keys(), ...node.pasts.keys()])) {
    const states = [...new Set([node.entries.get(name), ...(node.pasts.get(name) ?? []).toReversed()])];
    const kept = states[choose(states.length, `${path}/${name}`)];
    if (kept) copy.entries.set(name, survivor(kept, `${path}/${name}`, choose, done));
  }
  return copy;
}

/** The possible states of unsynced content. */
function tornForms(content: string): string[] {
  const half = content.slice(0, Math.ceil(content.length / 2));
  const zeroed = half + "\0".repeat(content.length - half.length);
  return [...new Set([content, "", half, zeroed])];
}
