/**
 * The end of a provider process. It ends when its engine asks for it (SIGINT, and SIGKILL five seconds later), or when the
 * engine is gone without a request. Running calls may end first, so that a write is not interrupted without need.
 */
import { fstatSync } from "node:fs";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Ending } from "./service";

const GRACE_MS = 4_000;

type Verb = handleUnaryCall<unknown, unknown>;

/** The calls that have no answer yet. */
export class CallsUnderWay {
  private count = 0;
  private idle = () => {};

  /** The same service, with its running calls counted. */
  counted<Service extends object>(service: Service): Service {
    const verbs = Object.entries(service as Readonly<Record<string, Verb>>).map(([name, verb]) => {
      const counting: Verb = (call, done) => {
        // A streamed answer writes nothing that could be left incomplete.
        if (done === undefined) return verb(call, done);
        this.count += 1;
        verb(call, (...answer) => {
          done(...answer);
          this.count -= 1;
          if (this.count === 0) this.idle();
        });
      };
      return [name, counting];
    });
    return Object.fromEntries(verbs) as Service;
  }

  /** Resolves when all calls are answered, or after `graceMs`. */
  over(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.idle = resolve;
      setTimeout(resolve, graceMs);
      if (this.count === 0) resolve();
    });
  }
}

/** `cancel` ends waits. `finish`: the work at the end of a successful run. */
export function endInOrder(calls: CallsUnderWay, cancel: () => void, { finish }: Pick<Ending, "finish">): void {
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    cancel();
    const started = Date.now();
    calls
      .over(GRACE_MS)
      .then(() => finish?.(GRACE_MS - (Date.now() - started)))
      // A claim that is not released stays marked, and the next run reports it.
      .catch(() => undefined)
      // The answers have not been sent yet.
      .finally(() => setImmediate(() => process.exit()));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  // The engine holds the other end of a pipe as long as it lives. There is no pipe if a debugger has started this process.
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on("close", end).on("error", end).resume();
}
