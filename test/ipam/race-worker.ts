/**
 * One process of race.spec.ts: `race-worker <folder> <process> <hosts> <placement>`. Checks and creates PreAllocations
 * as one `pulumi up` does, all at once, and says which address each host was given.
 */
import { handlersOver, systemEnvironment } from "../../provider/compose";
import { noPreviewMemory } from "../../provider/ipam/ledger/preview-memory";
import { openFileStore } from "../../provider/store/file/file-store";

export interface Report {
  /** host → address. */
  readonly addresses: Record<string, string>;
  /** What those were told that got none. */
  readonly refused: readonly string[];
}

async function reserve(folder: string, index: string, hosts: number, placement: string): Promise<Report> {
  const store = openFileStore(folder);
  // Nothing was previewed.
  const environment = { ...systemEnvironment(store.target), previews: noPreviewMemory };
  const { preAllocation } = handlersOver(store, environment, "metal3");
  const names = Array.from({ length: hosts }, (_, number) => `node-${index}-${number}`);
  const given = names.map(async (host): Promise<[string, string]> => {
    const owner = { stack: `metal/dev-${index}`, resource: host };
    const checked = await preAllocation.check({ owner, olds: undefined, news: { pool: "net", host, placement } });
    if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
    const { outputs } = await preAllocation.create({ owner, inputs: checked.inputs });
    return [host, String(outputs.address)];
  });
  const ended = await Promise.allSettled(given);
  return {
    addresses: Object.fromEntries(ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))),
    refused: ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason.message)] : [])),
  };
}

const [folder = "", index = "", hosts = "", placement = ""] = process.argv.slice(2);
void reserve(folder, index, Number(hosts), placement).then((report) => {
  process.send!(report, () => process.disconnect());
});
