import type { FileSystem } from "../../../provider/store/file/file-system";
import { unsyncedFiles } from "./folder";

/** What happens in place of the n-th system call. Undefined: the call is made. */
export type Fate = (call: number, name: keyof FileSystem, path: string) => (() => Promise<never>) | undefined;

/** A file system that asks `fate` before each call. `calls` counts them. */
export function fatedFiles(fate: Fate): { files: FileSystem; calls: () => number } {
  let calls = 0;
  const before = (name: keyof FileSystem, path: string) => fate(++calls, name, path);
  const one =
    <R>(name: keyof FileSystem, call: (path: string) => Promise<R>) =>
    (path: string) =>
      before(name, path)?.() ?? call(path);
  const node = unsyncedFiles;
  const files: FileSystem = {
    readDirectory: one("readDirectory", node.readDirectory),
    readFolder: one("readFolder", node.readFolder),
    readFile: (path, maxBytes) => before("readFile", path)?.() ?? node.readFile(path, maxBytes),
    createFile: (path, content) => before("createFile", path)?.() ?? node.createFile(path, content),
    syncFile: one("syncFile", node.syncFile),
    syncDirectory: one("syncDirectory", node.syncDirectory),
    link: (existing, path) => before("link", path)?.() ?? node.link(existing, path),
    rename: (from, to) => before("rename", to)?.() ?? node.rename(from, to),
    removeFile: one("removeFile", node.removeFile),
    makeDirectory: one("makeDirectory", node.makeDirectory),
    removeDirectory: one("removeDirectory", node.removeDirectory),
    checkWritable: one("checkWritable", node.checkWritable),
  };
  return { files, calls: () => calls };
}

/** A process that is killed before its n-th call: no call after that returns. */
export function stoppedBefore(last: number): { files: FileSystem; stopped: Promise<"stopped"> } {
  let stop: (word: "stopped") => void;
  const stopped = new Promise<"stopped">((resolve) => {
    stop = resolve;
  });
  const { files } = fatedFiles((call) => {
    if (call < last) return undefined;
    stop("stopped");
    return () => new Promise<never>(() => undefined);
  });
  return { files, stopped };
}

/** A process that is suspended before its n-th call (of this name) until `resume`. `reached` when it is there. */
export function suspendedBefore(
  call: number,
  only?: keyof FileSystem,
): {
  files: FileSystem;
  reached: Promise<true>;
  resume: () => void;
} {
  let resume: () => void = () => undefined;
  const resumed = new Promise<void>((resolve) => {
    resume = resolve;
  });
  let reach: (word: true) => void;
  const reached = new Promise<true>((resolve) => {
    reach = resolve;
  });
  let calls = 0;
  const suspendable =
    <A extends unknown[], R>(name: keyof FileSystem, make: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if ((only ?? name) === name && ++calls === call) {
        reach(true);
        await resumed;
      }
      return make(...args);
    };
  const node = unsyncedFiles;
  const files: FileSystem = {
    readDirectory: suspendable("readDirectory", node.readDirectory),
    readFolder: suspendable("readFolder", node.readFolder),
    readFile: suspendable("readFile", node.readFile),
    createFile: suspendable("createFile", node.createFile),
    syncFile: suspendable("syncFile", node.syncFile),
    syncDirectory: suspendable("syncDirectory", node.syncDirectory),
    link: suspendable("link", node.link),
    rename: suspendable("rename", node.rename),
    removeFile: suspendable("removeFile", node.removeFile),
    makeDirectory: suspendable("makeDirectory", node.makeDirectory),
    removeDirectory: suspendable("removeDirectory", node.removeDirectory),
    checkWritable: suspendable("checkWritable", node.checkWritable),
  };
  return { files, reached, resume: () => resume() };
}
