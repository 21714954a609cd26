import type { Handler, Properties, ReadRequest } from "../resources/handler";

/**
 * What the engine keeps of a resource of ours; undefined where it keeps none: of an import, or of what a program looks up,
 * which it may describe. Where somebody has edited the outputs away the inputs alone are ours, and the token is on what
 * is there.
 */
export async function keptState(
  handler: Handler,
  asked: Pick<ReadRequest, "owner" | "id">,
  inputs: Properties,
  state: Properties,
): Promise<Pick<ReadRequest, "inputs" | "state"> | undefined> {
  if (state.target !== undefined) return { inputs, state };
  if (inputs.target === undefined) return undefined;
  const imported = handler.read({ ...asked, id: importId(asked.id, inputs), state: {} });
  // Gone, or another's by now: then none of it is ours to free.
  const { token } = (await imported.catch(() => undefined))?.outputs ?? {};
  return { inputs, state: { ...inputs, token } };
}

/** A set's own id does not say whose addresses it has. */
function importId(id: string, { namespace, pool, allocations }: Properties): string {
  if (typeof allocations !== "object" || allocations === null) return id;
  const claims = Object.values(allocations as Record<string, { claimName: string }>).map(({ claimName }) => claimName);
  return `${namespace}/${pool}?${claims.join()}`;
}
