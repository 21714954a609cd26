/**
 * The Pulumi state that this process works on. The engine draws an id for each provider, keeps it in state before the
 * first resource is made, and sends it ever after: a run that was killed is known by it, and a stack of the same name in
 * another backend has others. A lock carries the id of the provider that has made it.
 *
 * A stack has several ids: of its default and explicit providers, and of those that were renamed or are of another version.
 * The hidden input `providers` of each resource lists those that it has had. All processes of one engine command tell each
 * other their own ids, and those that they find in state.
 */
import type { RunNotes } from "../pulumi/run-notes";
import { type Properties, type ResourceOwner, UNKNOWN } from "../resources/handler";
import { PROVIDERS_INPUT } from "./own-inputs";

const TOPIC = "states";

export class KnownState implements NonNullable<ResourceOwner["state"]> {
  private readonly tokens = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly told: ReturnType<RunNotes["reader"]> | undefined;

  /** `id`: undefined in a preview that would make the provider. */
  constructor(
    readonly id: string | undefined,
    private readonly notes?: RunNotes,
  ) {
    this.told = notes?.reader(TOPIC);
    this.learn(id === undefined ? [] : [id]);
  }

  holds(token: string): boolean {
    return this.tokens.has(token);
  }

  isKnown(id: string): boolean {
    // One that has ended was of the same stack.
    for (const { value } of this.told?.() ?? []) if (typeof value === "string") this.ids.add(value);
    return this.ids.has(id);
  }

  learn(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.ids.has(id)) continue;
      this.ids.add(id);
      this.notes?.tell(TOPIC, id);
    }
  }

  /** The outputs of a resource as state has them. */
  note({ token }: Properties): void {
    if (typeof token === "string" && token !== "") this.tokens.add(token);
  }

  /** The inputs of a resource as state has them. Returns what they say from now on. */
  noteInputs(olds: Properties): Properties {
    const before = olds[PROVIDERS_INPUT];
    const ids = typeof before === "string" ? before.split(" ") : [];
    this.learn(ids);
    // A plan that is saved holds for the provider that the update makes.
    if (this.id === undefined) return { [PROVIDERS_INPUT]: UNKNOWN };
    return { [PROVIDERS_INPUT]: [...new Set([...ids, this.id])].join(" ") };
  }
}
