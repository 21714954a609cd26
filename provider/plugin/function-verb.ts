import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Functions } from "../compose";
import { printed } from "../pulumi/failed-check";
import { toWire } from "../pulumi/wire";
import { type Rows, registry } from "../resources/registry";
import { failureMessage, openBag, structOf } from "./message";
import { rowOf } from "./rows";
import { hiding } from "./unsaid-secrets";

/** Invoke: returns a function's answer, or all faults of its arguments. */
export async function invoke(
  handlers: () => Promise<Functions>,
  request: proto.InvokeRequest,
  { functions }: Rows = registry,
): Promise<proto.InvokeResponse> {
  const [name, row] = rowOf(functions, request.getTok(), { what: "function" });
  const hide = hiding(request);
  const { properties, secrets } = openBag(request.getArgs());
  // A pure function needs no configuration.
  const answer = "answer" in row ? row.answer(properties) : (await handlers())[name].invoke(properties);
  const { result, failures } = await answer;
  const response = new proto.InvokeResponse();
  // If an argument is secret, the whole answer is secret.
  response.setReturn(structOf(toWire(result, new Set(secrets.size > 0 ? Object.keys(result) : []))));
  response.setFailuresList(failures.map((failure) => failureMessage(printed(failure), hide)));
  return response;
}
