/**
 * How a provider process ends: when its engine asks for it (SIGINT, and SIGKILL five seconds later), or is gone, killed
 * before it could ask. What is under way comes to its end first, so that nothing is left half written without need.
 */
import { fstatSync } from "node:fs";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Ending } from "./service";

const GRACE_MS = 4_000;

type Verb = handleUnaryCall<unknown, unknown>;

/** The calls that are not answered yet. */
export class CallsUnderWay {
  private count = 0;
  private idle = () => {};

  /** The same service, counting. */
  counted<Service extends object>(service: Service): Service {
    const verbs = Object.entries(service as Readonly<Record<string, Verb>>).map(([name, verb]) => {
      const counting: Verb = (call, done) => {
        // An answer in pieces writes nothing that could be left half done.
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

  /** Resolves when all are answered, or after `graceMs`. */
  over(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.idle = resolve;
      setTimeout(resolve, graceMs);
      if (this.count === 0) resolve();
    });
  }
}

/** `cancel` ends what waits. `finish`: the work of a run that has ended well. */
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
      // What is not released stays marked, and the next run says so.
      .catch(() => undefined)
      // The answers are still to be sent.
      .finally(() => setImmediate(() => process.exit()));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  // The engine holds the other end of a pipe for as long as it lives. Without one nobody does: a debugger has started us.
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on("close", end).on("error", end).resume();
}
