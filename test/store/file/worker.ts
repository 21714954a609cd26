/**
 * One process of file-processes.spec.ts: `worker.ts <task> <folder> <count>`. Says what it did in messages, and ends with
 * "stop", with its parent, or when it is done.
 */
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import { openFileStore } from "../../../provider/store/file/file-store";
import { isStoreError, type Stored } from "../../../provider/store/store";
import { addressManifest } from "../manifests";

/** From a worker: `progress` after each success, `done` at the end. */
export type Report = { readonly progress: number } | { readonly done: readonly string[] | number };

const COUNTER = { namespace: "default", name: "counter" };
const [task, folder, count] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])];
const store = openFileStore(folder);
let stopping = false;
process.on("message", () => {
  stopping = true;
});
process.on("disconnect", () => process.exit());

const say = (report: Report) => new Promise<void>((resolve) => process.send!(report, () => resolve()));
const counterOf = (object: Stored | undefined) => Number(object?.metadata.annotations?.counter);

/** Reads, adds one, and writes only over what it has read. */
async function increment(): Promise<number> {
  for (let done = 0; done < count; ) {
    const read = await store.get(IP_POOL, COUNTER);
    const { resourceVersion } = read!.metadata;
    const annotations = { counter: `${counterOf(read) + 1}` };
    try {
      await store.patch(IP_POOL, COUNTER, { metadata: { annotations } }, { resourceVersion });
      await say({ progress: ++done });
    } catch (error) {
      if (!isStoreError(error, "Conflict")) throw error;
    }
  }
  return count;
}

/** Tries to create each of the same names; which ones it got. */
async function create(): Promise<string[]> {
  const won: string[] = [];
  for (let i = 0; i < count; i++) {
    try {
      await store.create(IP_ADDRESS, addressManifest(`address-${i}`));
      won.push(`address-${i}`);
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
  }
  return won;
}

/** Until told to stop: whole objects only, and a counter that never goes back. */
async function read(): Promise<number> {
  let reads = 0;
  let last = 0;
  let listed = 0;
  for (; !stopping; reads++) {
    const counter = await store.get(IP_POOL, COUNTER);
    const [first, ...more] = await store.list(IP_POOL);
    for (const seen of [counterOf(counter), counterOf(first)]) {
      if (!(seen >= last) || more.length > 0) throw new Error(`read ${seen} after ${last}, ${more.length + 1} objects`);
      last = seen;
    }
    if (!counter?.spec || counter.metadata.managedFields)
      throw new Error(`part of an object: ${JSON.stringify(counter)}`);
    const addresses = await store.list(IP_ADDRESS);
    if (addresses.length < listed || addresses.some(({ spec }) => !spec)) throw new Error("part of a list");
    listed = addresses.length;
    if (reads === 0) await say({ progress: 1 });
    // Reads block this process, so without a turn of the event loop it would never hear "stop".
    await new Promise((turn) => setImmediate(turn));
  }
  return reads;
}

const tasks: Readonly<Record<string, () => Promise<string[] | number>>> = { increment, create, read };
void tasks[task]!()
  .then((done) => say({ done }))
  .then(() => process.disconnect());
