import { join } from "node:path";
import { errnoOf, type FileSystem, unless } from "./file-system";
import { listVersions, VERSION_BODY } from "./file-version";

interface Tools {
  readonly files: FileSystem;
  readonly mintToken: () => string;
}

/** The errors of link(2) on file systems without hard links (FAT, some FUSE and SMB mounts). */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * Gives the synced draft the name `number`, so that the version is complete from its first moment. False if another writer was
 * first. The draft itself may remain. After it made the draft, the caller has checked that `number` is next.
 */
export async function claimNumber(tools: Tools, folder: string, number: number, draft: string): Promise<boolean> {
  const { files } = tools;
  try {
    await files.link(draft, join(folder, String(number)));
    return true;
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (errno === "EEXIST" || errno === "ENOENT") return false;
    if (!NO_LINKS.has(errno)) throw error;
  }
  return claimWithoutLinks(tools, folder, number, draft);
}

/**
 * Renames a directory, because O_EXCL would show a version before it is complete. rename(2) fails if the target directory is
 * not empty, and shows the whole content at once.
 */
async function claimWithoutLinks(tools: Tools, folder: string, number: number, draft: string): Promise<boolean> {
  const { files, mintToken } = tools;
  const directory = join(folder, `${number}.${mintToken()}.version`);
  await files.makeDirectory(directory);
  let won: boolean | undefined;
  try {
    const lost = ["ENOENT", "EEXIST", "ENOTEMPTY", "ENOTDIR"];
    won = await unless(lost, fillAndRename(files, folder, number, draft, directory));
  } finally {
    if (!won) await discard(tools, directory);
  }
  return won === true;
}

async function fillAndRename(files: FileSystem, folder: string, number: number, draft: string, directory: string) {
  await files.rename(draft, join(directory, VERSION_BODY));
  await files.syncDirectory(directory);
  // The directory is a new draft, so the check for the highest number is repeated.
  if ((await listVersions(files, folder)).highest !== number - 1) return false;
  await files.rename(directory, join(folder, String(number)));
  return true;
}

/**
 * Removes a file, or a directory of files. False if there was none. A directory loses its name at one moment, so another process
 * finds it complete or not at all.
 */
export async function discard({ files, mintToken }: Tools, path: string): Promise<boolean> {
  try {
    await files.removeFile(path);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return false;
    // The errors of unlink(2) for a directory: on Linux, and on other systems.
    if (errno !== "EISDIR" && errno !== "EPERM") throw error;
  }
  // The number 0 is below every version. If this process is killed now, the next writer removes it as an old draft.
  const aside = join(path, "..", `0.${mintToken()}.taken`);
  if (
    !(await unless(
      ["ENOENT"],
      files.rename(path, aside).then(() => true),
    ))
  )
    return false;
  const names = (await unless(["ENOENT"], files.readDirectory(aside))) ?? [];
  for (const name of names) await unless(["ENOENT"], files.removeFile(join(aside, name)));
  await unless(["ENOENT"], files.removeDirectory(aside));
  return true;
}
