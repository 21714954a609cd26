/**
 * A handler for one backend. It does what every kind of resource needs: a check gets the program's inputs in canonical form,
 * and three steps wrap each verb, from the inside out.
 *
 *   remedy   adds what to do to an error of an API server
 *   target   removes the hidden `target` from what goes in, and adds it to what comes out
 *   keep     keeps state as it is while a cluster is unreachable
 *
 * The order matters. `keep` quotes the error in a warning, so the error must already have its remedy. `keep` returns state
 * with the target of the last update, so no later step may add another target: this backend has not answered, and has
 * reserved nothing yet. `remedy` and `target` do not depend on each other. The remedy is added next to the source of the error.
 *
 * A folder of manifests needs only `target`. It exists or not, and its errors already have a remedy.
 */
import type { Environment } from "../ipam/environment";
import type { Store, StoreError } from "../store/store";
import { canonicalWords } from "./canonical";
import { filledProperties } from "./filled";
import type * as life from "./handler";
import { keptCheck, keptDiff, keptRead } from "./kept";
import { isOutOfReach, isUnreached, leftUnreached, withRemedy, withWayOut } from "./remedy";
import type { ResourceRow } from "./row";
import { TargetMark } from "./target";

export class BackendHandler implements life.Handler {
  private readonly mark: TargetMark;

  constructor(
    private readonly inner: life.Handler,
    private readonly shapes: Pick<ResourceRow, "inputs" | "outputs" | "said">,
    private readonly store: Pick<Store, "target" | "apiServer">,
    private readonly environment: Pick<Environment, "words" | "deletesUnreached">,
  ) {
    this.mark = new TargetMark(store.target, environment.words);
  }

  get kind(): string {
    return this.inner.kind;
  }

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { mark, inner } = this;
    const { olds } = request;
    const known = olds && mark.takenOff(olds);
    const news = this.said(mark.takenOff(request.news), known);
    const checked = mark.checked(olds, this.asked(inner.check({ ...request, olds: known, news })));
    const words = { ...request, olds: olds && this.canonical(olds), news };
    return this.keeping(checked, (why) => keptCheck(words, filledProperties(this.shapes), why));
  }

  preview(inputs: life.Properties): life.Properties {
    const { mark, inner } = this;
    return mark.putOn(inner.preview(mark.takenOff(inputs)));
  }

  diff(request: life.DiffRequest): Promise<life.DiffResponse> {
    const { mark, inner } = this;
    const words = { ...request, olds: this.canonical(request.olds) };
    const bare = { ...words, olds: mark.takenOff(words.olds), news: mark.takenOff(request.news) };
    return this.keeping(this.asked(inner.diff(bare)), () => keptDiff(words));
  }

  create(request: life.CreateRequest): Promise<life.CreateResponse> {
    const { mark, inner } = this;
    return mark.written(this.asked(inner.create({ ...request, inputs: mark.takenOff(request.inputs) })));
  }

  read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { mark, inner } = this;
    const { inputs, state } = request;
    const bare = { ...request, state: mark.takenOff(state), inputs: inputs && mark.takenOff(inputs) };
    return this.keeping(mark.read(request, this.asked(inner.read(bare))), (why) => keptRead(request, why));
  }

  update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    const { mark, inner } = this;
    const { olds, oldInputs, news } = request;
    const bare = { olds: mark.takenOff(olds), oldInputs: oldInputs && mark.takenOff(oldInputs) };
    return mark.written(this.asked(inner.update({ ...request, ...bare, news: mark.takenOff(news) })));
  }

  async delete(request: life.DeleteRequest): Promise<void> {
    const { words, deletesUnreached } = this.environment;
    try {
      await this.asked(this.inner.delete({ ...request, state: this.mark.takenOff(request.state) }));
    } catch (error) {
      if (!isUnreached(error)) throw error;
      if (!deletesUnreached) throw withWayOut(words, error);
      await request.operation?.warn?.(leftUnreached(this.kind, request.id, error));
    }
  }

  /** The program's inputs in the form that the handler, state and the backend use. */
  private said(news: life.Properties, olds: life.Properties | undefined): life.Properties {
    const words = this.canonical(news);
    return this.shapes.said?.(words, olds) ?? words;
  }

  /**
   * Old inputs are made canonical too, because an earlier version kept the spelling of the program. That is not a change.
   */
  private canonical(properties: life.Properties): life.Properties {
    return canonicalWords(this.shapes.inputs, properties);
  }

  /** Adds the remedy to the error of an API server. */
  private asked<Response>(work: Promise<Response>): Promise<Response> {
    const { target, apiServer } = this.store;
    return apiServer ? withRemedy(this.environment.words, target, work) : work;
  }

  /** `kept`: the response without an answer of the backend. Undefined if there is none. */
  private async keeping<Response>(
    work: Promise<Response>,
    kept: (why: StoreError) => Response | undefined,
  ): Promise<Response> {
    try {
      return await work;
    } catch (error) {
      const response = this.store.apiServer && isOutOfReach(error) ? kept(error) : undefined;
      if (response === undefined) throw error;
      return response;
    }
  }
}
