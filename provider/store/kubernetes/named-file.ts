/**
 * Files that configuration names: kubeconfigs, and the certificates and tokens that these name. Whoever wrote the name may
 * have meant a pipe that nobody writes into, which would hold one of the process's few threads for ever, or a device
 * without an end.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Far more than any kubeconfig, certificate or token of people or tools. */
export const MAX_NAMED_BYTES = 4 * 1024 * 1024;

/** Waits for nobody: what is no file is open at once, and closed again unread. Throws what `unreadable` explains. */
export async function readNamedFile(file: string): Promise<string> {
  // Windows has neither the flag nor such pipes.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile() && !stats.isDirectory()) throw new Unfit("it is a pipe or a device, not a file");
    if (stats.size > MAX_NAMED_BYTES) throw new Unfit(`it has more than ${MAX_NAMED_BYTES} bytes`);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/** Why a file was not read, in few words: `ENOENT`. */
export function unreadable(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}

/** There, but not what anybody would name. */
class Unfit extends Error {}
