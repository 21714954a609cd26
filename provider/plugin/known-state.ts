import type { Properties, ResourceOwner } from "../resources/handler";

/**
 * The Pulumi state that this process works on. The engine draws an id for each provider, keeps it in state before the
 * first resource is made, and sends it ever after: a run that was killed is known by it, and a stack of the same name in
 * another backend has another. It changes with a renamed provider or another version of the package; what is in state
 * is then still known by its tokens, which the engine shows before it makes anything.
 */
export class KnownState implements NonNullable<ResourceOwner["state"]> {
  private readonly tokens = new Set<string>();

  constructor(readonly id: string) {}

  holds(token: string): boolean {
    return this.tokens.has(token);
  }

  /** The outputs of a resource as state has them. */
  note({ token }: Properties): void {
    if (typeof token === "string" && token !== "") this.tokens.add(token);
  }
}
