/**
 * The files of `provider/` on the way of a call. The stack of an error is not enough, because it ends where a promise is
 * passed on without `await`, at `Promise.all`, and where the group commit takes over. So each asynchronous resource is
 * recorded when it begins, with the stack of that moment and the resource that ran then. The way of a call is its own stack
 * and those of all resources that led to it. A function that only passes a promise on stands on one of them, because it
 * was on the stack when that promise began.
 */
import { createHook, executionAsyncId } from "node:async_hooks";
import { root } from "../house/imports";

interface Beginning {
  readonly files: readonly string[];
  /** The resource that ran then. */
  readonly parent: number;
}

const PROVIDER = /\/(provider\/[^:()]+\.ts):\d+/g;

export class CallChain {
  private readonly beginnings = new Map<number, Beginning>();
  private readonly hook = createHook({
    init: (id) => {
      this.beginnings.set(id, { files: filesOnStack(), parent: executionAsyncId() });
    },
  });

  /** Runs the work, and records all beginnings. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    this.hook.enable();
    try {
      return await work();
    } finally {
      this.hook.disable();
      Error.stackTraceLimit = limit;
    }
  }

  /** The files on the way to the caller, each once, in alphabetical order. */
  files(): string[] {
    const files = new Set(filesOnStack());
    for (let id = executionAsyncId(); ; ) {
      const beginning = this.beginnings.get(id);
      if (!beginning) return [...files].sort();
      for (const file of beginning.files) files.add(file);
      id = beginning.parent;
    }
  }
}

/** Innermost first. */
function filesOnStack(): string[] {
  const stack = new Error().stack ?? "";
  const ours = stack.replaceAll(root, "");
  return [...new Set([...ours.matchAll(PROVIDER)].map(([, file]) => file!))];
}
