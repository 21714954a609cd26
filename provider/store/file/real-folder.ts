import { realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The folder without symbolic links, whether it is there yet or not: a link to it is another spelling, and no other folder. */
export function realFolder(folder: string): string {
  for (let known = folder; ; known = dirname(known)) {
    try {
      return join(realpathSync(known), relative(known, folder));
    } catch {
      if (dirname(known) === known) return folder;
    }
  }
}
