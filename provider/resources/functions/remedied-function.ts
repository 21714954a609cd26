import type { Target } from "../../store/store";
import type * as life from "../handler";
import { withRemedy } from "../remedied";

/** The same function over a cluster: errors of its API server end in a remedy. */
export class RemediedFunction implements life.FunctionHandler {
  constructor(
    private readonly inner: life.FunctionHandler,
    private readonly target: Target,
  ) {}

  get token(): string {
    return this.inner.token;
  }

  invoke(args: life.Properties): Promise<life.InvokeResponse> {
    return withRemedy(this.target, this.inner.invoke(args));
  }
}
