/** A disk with faults under a file store: calls that fail, that are done and still fail, and that take long. */
import { setTimeout } from "node:timers/promises";
import { type FileSystem, nodeFileSystem } from "../../../provider/store/file/file-system";
import { randomFrom } from "../scale";

const STALL_MS = 2_000;

/** The faults of a system call, each with the same chance. */
const TROUBLES = ["EIO", "ENOSPC", "EINTR", "EIO after it was done", "stall"] as const;
type Trouble = (typeof TROUBLES)[number];

/** `share`: the chance of each kind of fault, at each call. `met` counts them. */
export function faultyFiles(seed: number, share: number): { files: FileSystem; met(): Record<string, number> } {
  const random = randomFrom(seed);
  const met: Record<string, number> = {};

  function drawn(): Trouble | undefined {
    const trouble = TROUBLES[Math.floor(random() / share)];
    if (trouble) met[trouble] = (met[trouble] ?? 0) + 1;
    return trouble;
  }

  function troubled<Args extends readonly [string, ...unknown[]], Result>(
    call: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      const trouble = drawn();
      const fail = (code: string) => Object.assign(new Error(`${code}: ${args[0]}`), { code, path: args[0] });
      if (trouble === "stall") await setTimeout(STALL_MS);
      if (trouble === "EIO" || trouble === "ENOSPC" || trouble === "EINTR") throw fail(trouble);
      const result = await call(...args);
      if (trouble === "EIO after it was done") throw fail("EIO");
      return result;
    };
  }

  const node = nodeFileSystem;
  const files: FileSystem = {
    readDirectory: troubled(node.readDirectory),
    readFolder: troubled(node.readFolder),
    readFile: troubled(node.readFile),
    createFile: troubled(node.createFile),
    syncFile: troubled(node.syncFile),
    syncDirectory: troubled(node.syncDirectory),
    link: troubled(node.link),
    rename: troubled(node.rename),
    removeFile: troubled(node.removeFile),
    makeDirectory: troubled(node.makeDirectory),
    removeDirectory: troubled(node.removeDirectory),
    checkWritable: troubled(node.checkWritable),
  };
  return { files, met: () => met };
}
