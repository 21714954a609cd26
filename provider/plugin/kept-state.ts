import type { Handler, Properties, ReadRequest } from "../resources/handler";
import type { ImportId } from "../resources/imported";

/**
 * What the engine keeps of a resource of ours; undefined where it keeps none: of an import, or of what a program looks up.
 * The program may describe that, and those are all inputs that the engine keeps of it. Where somebody has edited the outputs
 * away the inputs alone are ours, and the token is on what is there.
 */
export async function keptState(
  importId: ImportId,
  handler: Handler,
  asked: Pick<ReadRequest, "owner" | "id">,
  inputs: Properties,
  state: Properties,
): Promise<Pick<ReadRequest, "inputs" | "state"> | undefined> {
  if (state.target !== undefined && Object.keys(inputs).length > 0) return { inputs, state };
  if (inputs.target === undefined) return undefined;
  const imported = handler.read({ ...asked, id: importId.ofInputs?.(inputs) ?? asked.id, state: {} });
  // Gone, or another's by now: then none of it is ours to free.
  const { token } = (await imported.catch(() => undefined))?.outputs ?? {};
  return { inputs, state: { ...inputs, token } };
}
