/** Fuzzes one target in its own thread, because V8 counts a thread's coverage, and a hanging thread can be ended. */
import { createCipheriv } from "node:crypto";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { fuzz, type Target } from "./fuzz";

/** The thread's input. `watched` is a counter, the length of the running input, and the input. */
export interface Order {
  readonly target: string;
  readonly known: readonly string[];
  readonly seed: number;
  readonly isGuided: boolean;
  readonly maxFaults: number;
  readonly untilMs: number | undefined;
  readonly tries: number | undefined;
  readonly watched: SharedArrayBuffer;
}

const order = workerData as Order;
const head = new Int32Array(order.watched, 0, 2);
const body = new Uint8Array(order.watched, 8);
const target: Target = require(join(__dirname, "targets", order.target)).default;

fuzz(target, order.known, {
  ...order,
  random: manyFrom(order.seed),
  running: (input) => {
    body.set(input.subarray(0, body.length));
    head[1] = Math.min(input.length, body.length);
    Atomics.add(head, 0, 1);
  },
}).then((outcome) => parentPort!.postMessage(outcome));

/** Like `randomFrom`, but for millions of numbers: a cipher's key stream. */
function manyFrom(seed: number): () => number {
  const key = Buffer.alloc(16);
  key.writeDoubleBE(seed);
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const zeros = Buffer.alloc(64 * 1024);
  let block = zeros;
  let at = zeros.length;
  return () => {
    if (at >= block.length) [block, at] = [cipher.update(zeros), 0];
    at += 4;
    return block.readUInt32BE(at - 4) / 2 ** 32;
  };
}
