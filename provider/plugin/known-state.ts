/**
 * The Pulumi state of this process. The engine creates an id for each provider, keeps it in state before it makes the first
 * resource, and sends it from then on. So a killed run is recognised by the id, and a stack of the same name in another
 * backend has other ids. A lock carries the id of the provider that made it.
 *
 * A stack has several ids: of its default and explicit providers, and of providers that were renamed or have another
 * version. The hidden input `providers` of each resource lists the ids that it has had. All processes of one engine command
 * tell each other their own ids and the ids that they find in state.
 */
import type { RunNotes } from "../pulumi/run-notes";
import { type Properties, type ResourceOwner, UNKNOWN } from "../resources/handler";

/** The engine does not show it. */
export const PROVIDERS_INPUT = "providers";

const TOPIC = "states";

export class KnownState implements NonNullable<ResourceOwner["state"]> {
  private readonly tokens = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly told: ReturnType<RunNotes["reader"]> | undefined;

  /** `id`: undefined in a preview before the provider exists. */
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
    // A process that has ended served the same stack.
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

  /** Notes the outputs of a resource in state. */
  note({ token }: Properties): void {
    if (typeof token === "string" && token !== "") this.tokens.add(token);
  }

  /** Notes the inputs of a resource in state. Returns the new value of the hidden input. */
  noteInputs(olds: Properties): Properties {
    const before = olds[PROVIDERS_INPUT];
    const ids = typeof before === "string" ? before.split(" ") : [];
    this.learn(ids);
    // A saved plan must also hold for the provider that the update creates.
    if (this.id === undefined) return { [PROVIDERS_INPUT]: UNKNOWN };
    return { [PROVIDERS_INPUT]: [...new Set([...ids, this.id])].join(" ") };
  }
}
