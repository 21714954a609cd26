/** Handlers that record their answers for a test. */
import type { Composition } from "../../provider/compose";
import type * as life from "../../provider/resources/handler";
import type { List } from "../../provider/resources/list";

export interface Heard {
  /** The last check, by kind and logical name. */
  readonly checks: Map<string, life.CheckResponse>;
  /** All errors that were thrown. */
  readonly errors: unknown[];
}

export function overheard(handlers: Composition["handlers"], heard: Heard): Composition["handlers"] {
  const overhearing = Object.entries(handlers).map(
    ([name, one]: [string, life.Handler | life.FunctionHandler | List]) => {
      if (typeof one === "function") return [name, one];
      return [name, "invoke" in one ? overheardFunction(one, heard) : overheardHandler(one, heard)];
    },
  );
  return Object.fromEntries(overhearing);
}

function overheardHandler(inner: life.Handler, heard: Heard): life.Handler {
  return {
    kind: inner.kind,
    check: async (request) => {
      const said = await noting(heard, inner.check(request));
      heard.checks.set(`${inner.kind} ${request.owner.resource}`, said);
      return said;
    },
    preview: (inputs) => inner.preview(inputs),
    diff: (request) => noting(heard, inner.diff(request)),
    create: (request) => noting(heard, inner.create(request)),
    read: (request) => noting(heard, inner.read(request)),
    update: (request) => noting(heard, inner.update(request)),
    delete: (request) => noting(heard, inner.delete(request)),
  };
}

function overheardFunction(inner: life.FunctionHandler, heard: Heard): life.FunctionHandler {
  return { kind: inner.kind, invoke: (args) => noting(heard, inner.invoke(args)) };
}

function noting<T>({ errors }: Heard, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    errors.push(error);
    throw error;
  });
}
