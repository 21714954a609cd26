/** The start line of several processes: a folder where each announces itself, and waits for all others. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export interface StartLine {
  readonly folder: string;
  readonly processes: number;
}

const LOOK_MS = 5;
const MAX_LOOKS = 12_000;

export async function stepUp({ folder, processes }: StartLine, index: number): Promise<void> {
  await writeFile(join(folder, String(index)), "");
  for (let looks = 0; (await readdir(folder)).length < processes; looks++) {
    if (looks > MAX_LOOKS) throw new Error("others did not come to the start line");
    await setTimeout(LOOK_MS);
  }
}
