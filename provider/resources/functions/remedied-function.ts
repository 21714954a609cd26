import type { Vocabulary } from "../../ipam/vocabulary";
import type { Target } from "../../store/store";
import type * as life from "../handler";
import { withRemedy } from "../remedied";

/** The same function over a cluster: errors of its API server end in a remedy. */
export class RemediedFunction implements life.FunctionHandler {
  constructor(
    private readonly inner: life.FunctionHandler,
    private readonly target: Target,
    private readonly words: Vocabulary,
  ) {}

  get kind(): string {
    return this.inner.kind;
  }

  invoke(args: life.Properties): Promise<life.InvokeResponse> {
    return withRemedy(this.words, this.target, this.inner.invoke(args));
  }
}
