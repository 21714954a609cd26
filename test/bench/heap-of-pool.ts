/**
 * One process of memory.ts, with `--expose-gc`: `heap-of-pool.ts <folder> <pool>`. It prints how much heap a process uses when
 * it has listed the pool and has proposed one address.
 */
import { openFileStore } from "../../provider/store/file/file-store";
import { checkedInputs, handlersFor, ownerOf } from "./reserved-hosts";

async function heapUsed(directory: string, pool: string): Promise<number> {
  const handlers = handlersFor(openFileStore(directory));
  await checkedInputs(handlers.preAllocation, ownerOf("one-more"), { pool, host: "one-more" });
  // The first collection leaves what a finalizer still holds.
  for (let time = 0; time < 3; time++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc!();
  }
  const { heapUsed: bytes } = process.memoryUsage();
  // The knowledge must still be in use here.
  await checkedInputs(handlers.preAllocation, ownerOf("another"), { pool, host: "another" });
  return bytes;
}

void heapUsed(process.argv[2]!, process.argv[3]!).then((bytes) => console.log(bytes));
