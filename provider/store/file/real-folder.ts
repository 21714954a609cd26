import { realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The folder's path without symbolic links. The folder need not exist yet. A link to a folder is the same folder, spelt differently. */
export function realFolder(folder: string): string {
  for (let known = folder; ; known = dirname(known)) {
    try {
      return join(realpathSync(known), relative(known, folder));
    } catch {
      if (dirname(known) === known) return folder;
    }
  }
}
