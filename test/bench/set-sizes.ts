/**
 * Bar 3: the plugin's own share of PreAllocationSets of several sizes in a folder, per host. One sample is the whole life of a
 * set: check and create in one process, check and diff in the next one, which then deletes the set.
 */
import { composeForPulumi } from "../../provider/pulumi/compose";
import { configure } from "../plugin/backend";
import { ProviderProcess } from "../plugin/provider-process";
import { Resource } from "../plugin/verbs";
import { type Bar, printBars } from "./bar";
import { NAMESPACE, temporaryFolder } from "./reserved-hosts";
import { countText, inTurns, median, msOf, timesText, timeText } from "./turns";

const ROUNDS = 2;
const SIZES = [250, 500, 1_000, 2_000, 5_000] as const;
/** The size whose time per host is the measure. */
const BASE = 500;
const LIMIT = 1.2;

export async function measureSetSizes(): Promise<Bar[]> {
  const hints = await temporaryFolder();
  const { XDG_RUNTIME_DIR } = process.env;
  // What earlier runs have shown must not count.
  process.env.XDG_RUNTIME_DIR = hints.directory;
  try {
    await lifeMs(BASE); // compiled code
    const sides = Object.fromEntries(SIZES.map((size) => [size, () => lifeMs(size)]));
    const samples = await inTurns(ROUNDS, sides);
    const perHost = (size: number) => median(samples[size]!) / size;
    return SIZES.filter((size) => size > BASE).map((size) => {
      const ratio = perHost(size) / perHost(BASE);
      return {
        number: 3,
        what: `own share of a set of ${countText(size)} hosts in a folder, per host, beside a set of ${BASE}`,
        measured: `${timeText(perHost(size))} / ${timeText(perHost(BASE))} (250 hosts: ${timeText(perHost(250))})`,
        figure: timesText(ratio),
        limit: `≤ ${LIMIT} ×`,
        isMet: ratio <= LIMIT,
      };
    });
  } finally {
    if (XDG_RUNTIME_DIR === undefined) delete process.env.XDG_RUNTIME_DIR;
    else process.env.XDG_RUNTIME_DIR = XDG_RUNTIME_DIR;
    await hints.remove();
  }
}

async function lifeMs(size: number): Promise<number> {
  const { directory, remove } = await temporaryFolder();
  const [first, later] = [await started(directory), await started(directory)];
  try {
    const said = { pool: "net", hosts: Array.from({ length: size }, (_, index) => `worker-${index}`) };
    const setIn = (provider: ProviderProcess) => new Resource(provider, "preAllocationSet", "workers");
    const pool = new Resource(first, "ipPool", "net");
    await pool.made({ pools: [{ subnet: "10.0.0.0/16" }], prefix: 16, gateway: "10.0.255.254" });
    return await msOf(async () => {
      const kept = await setIn(first).made(said);
      const checked = await setIn(later).checked(said, kept.inputs);
      if ((await setIn(later).diff(kept, checked)).isChange) throw new Error("the set is no longer the same");
      await setIn(later).delete(kept);
    });
  } finally {
    first.stop();
    later.stop();
    await remove();
  }
}

async function started(directory: string): Promise<ProviderProcess> {
  const provider = await ProviderProcess.start(composeForPulumi);
  await configure(provider, { directory, namespace: NAMESPACE });
  return provider;
}

if (require.main === module) void printBars(measureSetSizes);
