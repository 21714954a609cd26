/** Handlers that do their work, and let a test know what they have said. */
import type { Composition } from "../../provider/compose";
import { Delegate } from "../../provider/resources/delegate";
import type * as life from "../../provider/resources/handler";

export interface Heard {
  /** The last check, by kind and logical name. */
  readonly checks: Map<string, life.CheckResponse>;
  /** All that was thrown. */
  readonly errors: unknown[];
}

export function overheard(handlers: Composition["handlers"], heard: Heard): Composition["handlers"] {
  const handler = (inner: life.Handler) => new OverheardHandler(inner, heard);
  const asked = (inner: life.FunctionHandler): life.FunctionHandler => ({
    kind: inner.kind,
    invoke: (args) => noting(heard, inner.invoke(args)),
  });
  return {
    ...handlers,
    ipPool: handler(handlers.ipPool),
    ipClaim: handler(handlers.ipClaim),
    preAllocation: handler(handlers.preAllocation),
    preAllocationSet: handler(handlers.preAllocationSet),
    getIPPool: asked(handlers.getIPPool),
    getIPAddress: asked(handlers.getIPAddress),
  };
}

class OverheardHandler extends Delegate {
  constructor(
    inner: life.Handler,
    private readonly heard: Heard,
  ) {
    super(inner);
  }

  override async check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const said = await noting(this.heard, super.check(request));
    this.heard.checks.set(`${this.kind} ${request.owner.resource}`, said);
    return said;
  }

  override diff(request: life.DiffRequest): Promise<life.DiffResponse> {
    return noting(this.heard, super.diff(request));
  }

  override create(request: life.CreateRequest): Promise<life.CreateResponse> {
    return noting(this.heard, super.create(request));
  }

  override read(request: life.ReadRequest): Promise<life.ReadResponse> {
    return noting(this.heard, super.read(request));
  }

  override update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    return noting(this.heard, super.update(request));
  }

  override delete(request: life.DeleteRequest): Promise<void> {
    return noting(this.heard, super.delete(request));
  }
}

function noting<T>({ errors }: Heard, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    errors.push(error);
    throw error;
  });
}
