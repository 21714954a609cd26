import type { Handler, Properties, ReadRequest } from "../resources/handler";
import type { ImportId } from "../resources/imported";

/**
 * The inputs and state of our resource as the engine keeps them. Undefined for an import and for a lookup, because then the
 * engine keeps none. A program may give arguments for a lookup, and the engine keeps only those inputs. If a user has
 * removed the outputs from state, the inputs alone are ours, and the token is on the backend's objects.
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
  // If the object is gone or has another owner by now, nothing of it is ours to release.
  const { token } = (await imported.catch(() => undefined))?.outputs ?? {};
  return { inputs, state: { ...inputs, token } };
}
