/**
 * Which backend a resource was last reserved in, kept in state as a hidden input: a context switched by hand, or the
 * step from a folder to a cluster, is told as such, and not as if somebody had removed everything.
 */
import type { Vocabulary } from "../ipam/vocabulary";
import { wording } from "../ipam/wording";
import type { Target } from "../store/store";
import { without } from "./arguments";
import { type CheckResponse, type Properties, type ReadRequest, type ReadResponse, Unfinished } from "./handler";
import { backendWording } from "./wording";

/** Takes the hidden `target` off what comes from state, and puts it on what goes there. */
export class TargetMark {
  private readonly target: Target;

  constructor(
    { id, description }: Target,
    private readonly words: Vocabulary,
  ) {
    this.target = { id, description };
  }

  takenOff(properties: Properties): Properties {
    return without(properties, ["target"]);
  }

  putOn(properties: Properties): Properties {
    return { ...properties, target: this.target };
  }

  /** What is missing in another backend was not removed there by anybody. */
  async checked(olds: Properties | undefined, work: Promise<CheckResponse>): Promise<CheckResponse> {
    const response = await work;
    const marked = { ...response, inputs: this.putOn(response.inputs) };
    const before = targetIn(olds);
    if (!this.isElsewhere(before)) return marked;
    if (response.drift.length === 0)
      return { ...marked, notes: [...(response.notes ?? []), ...this.moveNotes(before)] };
    const [from, to] = [before.description, this.target.description];
    return {
      ...marked,
      drift: [{ path: ["target"], live: to, line: backendWording.setElsewhere(from, to) }],
      warnings: [...response.warnings, this.warningAbout(before)],
    };
  }

  /** What is not finished yet is reserved here all the same. */
  async written<Response extends { readonly outputs: Properties }>(work: Promise<Response>): Promise<Response> {
    try {
      const response = await work;
      return { ...response, outputs: this.putOn(response.outputs) };
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
      throw error.with(this.putOn(error.outputs));
    }
  }

  /**
   * What was reserved in another backend and is missing in this one was not removed by anybody: state stays as it is, and
   * a refresh, after which no check follows, says so.
   */
  async read({ id, state, inputs, isLookup }: ReadRequest, work: Promise<ReadResponse>): Promise<ReadResponse> {
    const response = await work;
    if (response.id === "") return response;
    // What is only looked at stays somebody else's: its target and its token do not concern this stack.
    if (isLookup) return { id: response.id, outputs: without(response.outputs, ["token"]) };
    const before = targetIn(inputs);
    if (this.isElsewhere(before) && (response.drift ?? []).length > 0) {
      return { id, outputs: state, warnings: [this.warningAbout(before)] };
    }
    const outputs = { ...response.outputs, target: targetIn(state) ?? this.target };
    return { ...response, outputs, inputs: response.inputs && { ...response.inputs, target: before ?? this.target } };
  }

  private isElsewhere(before: Target | undefined): before is Target {
    return before !== undefined && before.id !== this.target.id;
  }

  /** A folder that is another one now is a checkout elsewhere. */
  private moveNotes(before: Target): string[] {
    const isCheckout = [before, this.target].every(({ id }) => id.startsWith("file:"));
    return isCheckout ? [] : [wording.targetMoved(before.description, this.target.description)];
  }

  private warningAbout(before: Target): string {
    return wording.targetChanged(this.words, before.description, this.target.description);
  }
}

function targetIn(properties: Properties | undefined): Target | undefined {
  return properties?.target as Target | undefined;
}
