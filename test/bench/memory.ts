/** Bar 6: the memory of a process that knows a pool, by held address, and of the plugin's process as a whole. Linux only. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Bar, printBars } from "./bar";
import { PluginProcess } from "./plugin-process";
import { type Folder, reservedFolder, temporaryFolder } from "./reserved-hosts";
import { countText, inTurns, mebibytesText, median } from "./turns";

const HELD = 10_000;
const ROUNDS = 5;
const LIMITS = { bytes: 300, idleMiB: 90, heldMiB: 150 };
const POOL = "net";

/** In a process of its own, so that nothing else is on the heap. */
async function heapUsed({ directory }: Folder): Promise<number> {
  const script = join(__dirname, "heap-of-pool.ts");
  const args = ["--expose-gc", "--import", "tsx", script, directory, POOL];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}

async function resident({ directory }: Folder, checks: boolean): Promise<number> {
  const hints = await temporaryFolder();
  const plugin = await PluginProcess.start(hints.directory);
  try {
    await plugin.configure({ directory, namespace: "metal3" });
    if (checks) await plugin.checkPreAllocation({ pool: POOL, host: "one-more" }, "one-more");
    return await plugin.residentBytes();
  } finally {
    await plugin.stop();
    await hints.remove();
  }
}

export async function measureMemory(): Promise<Bar[]> {
  const none = await reservedFolder({ [POOL]: 0 });
  const full = await reservedFolder({ [POOL]: HELD });
  try {
    const samples = await inTurns(ROUNDS, {
      heapNone: () => heapUsed(none),
      heapFull: () => heapUsed(full),
      idle: () => resident(none, false),
      held: () => resident(full, true),
    });
    const [heapNone, heapFull] = [median(samples.heapNone), median(samples.heapFull)];
    const perAddress = (heapFull - heapNone) / HELD;
    const rss = (what: string, bytes: number, limit: number): Bar => ({
      number: 6,
      what,
      measured: mebibytesText(bytes),
      figure: mebibytesText(bytes),
      limit: `≤ ${limit} MiB`,
      isMet: bytes <= limit * 1024 ** 2,
    });
    return [
      {
        number: 6,
        what: `heap of what a process knows of a pool with ${countText(HELD)} reserved hosts, beside one with none`,
        measured: `${mebibytesText(heapFull)} / ${mebibytesText(heapNone)}`,
        figure: `${countText(perAddress)} bytes per held address`,
        limit: `≤ ${LIMITS.bytes} bytes`,
        isMet: perAddress <= LIMITS.bytes,
      },
      rss("resident memory of the plugin, configured and idle", median(samples.idle), LIMITS.idleMiB),
      rss(
        `the same after the check of one PreAllocation, with ${countText(HELD)} reserved hosts in a folder`,
        median(samples.held),
        LIMITS.heldMiB,
      ),
    ];
  } finally {
    await none.remove();
    await full.remove();
  }
}

if (require.main === module) void printBars(measureMemory);
