/**
 * Reads files that configuration names: kubeconfigs, and the certificates and tokens that these name. Such a name may be a pipe
 * without a writer, which would block one of the process's few threads for ever, or a device without an end.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { kubeconfigWording } from "./kubeconfig-wording";

/** Far more than any kubeconfig, certificate or token of people or tools. */
export const MAX_NAMED_BYTES = 4 * 1024 * 1024;

/** Never blocks: it opens a pipe or a device at once, and closes it unread. Throws an error that `unreadable` explains. */
export async function readNamedFile(file: string): Promise<string> {
  // Windows has neither this flag nor such pipes.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile() && !stats.isDirectory()) throw new Unfit(kubeconfigWording.notFile);
    if (stats.size > MAX_NAMED_BYTES) throw new Unfit(kubeconfigWording.tooManyBytes(MAX_NAMED_BYTES));
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/** Why a file was not read, in a few words: `ENOENT`. */
export function unreadable(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}

/** The file exists, but is not a regular file, or is too large. */
class Unfit extends Error {}
