/**
 * The backend that a resource was last reserved in. State keeps it as a hidden input. So a switched context, or the step
 * from a folder to a cluster, is reported as such, and not as if all objects had been removed.
 */
import type { Vocabulary } from "../ipam/vocabulary";
import { wording } from "../ipam/wording";
import type { Target } from "../store/store";
import { without } from "./arguments";
import { type CheckResponse, type Properties, type ReadRequest, type ReadResponse, Unfinished } from "./handler";
import { backendWording } from "./wording";

/** Removes the hidden `target` from what comes from state, and adds it to what goes there. */
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

  /** An object that is missing in the new backend was not removed there. */
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
      stackWarnings: [...(response.stackWarnings ?? []), this.warningAbout(before)],
    };
  }

  /** An unfinished object is reserved in this backend too. */
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
   * An object of another backend that is missing in this one was not removed. State stays as it is. The warning is here as
   * well, because no check follows a refresh.
   */
  async read({ id, state, inputs, isLookup }: ReadRequest, work: Promise<ReadResponse>): Promise<ReadResponse> {
    const response = await work;
    if (response.id === "") return response;
    // A lookup shows an object of another stack. Its target and its token do not concern this stack.
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

  /** Two different folders are two checkouts of one project, so there is no note. */
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
