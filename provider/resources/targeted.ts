/**
 * Which backend a resource was last reserved in, kept in state as a hidden input: a context switched by hand, or the
 * step from a folder to a cluster, is told as such, and not as if somebody had removed everything.
 */
import type { Vocabulary } from "../ipam/vocabulary";
import { wording } from "../ipam/wording";
import type { Target } from "../store/store";
import { Delegate } from "./delegate";
import * as life from "./handler";

/** The same handler, whose inputs and outputs carry the hidden `target`. */
export class Targeted extends Delegate {
  private readonly target: Target;

  constructor(
    inner: life.Handler,
    { id, description }: Target,
    private readonly words: Vocabulary,
  ) {
    super(inner);
    this.target = { id, description };
  }

  override async check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { olds, news } = request;
    const response = await super.check({ ...request, olds: olds && without(olds), news: without(news) });
    const inputs = { ...response.inputs, target: this.target };
    return { ...response, inputs, ...this.moved(olds, response) };
  }

  override preview(inputs: life.Properties): life.Properties {
    return { ...super.preview(without(inputs)), target: this.target };
  }

  override diff(request: life.DiffRequest): Promise<life.DiffResponse> {
    return super.diff({ ...request, olds: without(request.olds), news: without(request.news) });
  }

  override async create(request: life.CreateRequest): Promise<life.CreateResponse> {
    const { id, outputs } = await this.begun(super.create({ ...request, inputs: without(request.inputs) }));
    return { id, outputs: { ...outputs, target: this.target } };
  }

  /**
   * What was reserved in another backend and is missing in this one was not removed by anybody: state stays as it is, and
   * a refresh, after which no check follows, says so.
   */
  override async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, state, inputs } = request;
    const response = await super.read({ ...request, state: without(state), inputs: inputs && without(inputs) });
    if (response.id === "") return response;
    // What is only looked at stays somebody else's: its target and its token are none of this stack's business.
    const { token: _token, ...seen } = response.outputs;
    if (request.isLookup) return { id: response.id, outputs: seen };
    const before = targetIn(inputs);
    const isElsewhere = before !== undefined && before.id !== this.target.id;
    if (isElsewhere && (response.drift ?? []).length > 0) {
      return {
        id,
        outputs: state,
        warnings: [wording.targetChanged(this.words, before.description, this.target.description)],
      };
    }
    const outputs = { ...response.outputs, target: targetIn(state) ?? this.target };
    return { ...response, outputs, inputs: response.inputs && { ...response.inputs, target: before ?? this.target } };
  }

  override async update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    const { olds, oldInputs, news } = request;
    const kept = { olds: without(olds), oldInputs: oldInputs && without(oldInputs) };
    const { outputs } = await this.begun(super.update({ ...request, ...kept, news: without(news) }));
    return { outputs: { ...outputs, target: this.target } };
  }

  override delete(request: life.DeleteRequest): Promise<void> {
    return super.delete({ ...request, state: without(request.state) });
  }

  /** What is not finished yet is reserved here all the same. */
  private async begun<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (!(error instanceof life.Unfinished)) throw error;
      throw error.with({ ...error.outputs, target: this.target });
    });
  }

  /** What is missing in another backend was not removed there by anybody. */
  private moved(
    olds: life.Properties | undefined,
    { drift, warnings }: life.CheckResponse,
  ): Partial<life.CheckResponse> | undefined {
    const before = targetIn(olds);
    if (!before || before.id === this.target.id || drift.length === 0) return undefined;
    const [from, to] = [before.description, this.target.description];
    return {
      drift: [{ path: ["target"], live: to, line: `last set in ${from}, not yet in ${to}` }],
      warnings: [...warnings, wording.targetChanged(this.words, from, to)],
    };
  }
}

function targetIn(properties: life.Properties | undefined): Target | undefined {
  return properties?.target as Target | undefined;
}

function without({ target: _target, ...others }: life.Properties): life.Properties {
  return others;
}
