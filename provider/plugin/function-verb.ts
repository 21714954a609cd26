import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Functions } from "../compose";
import { printed } from "../pulumi/failed-check";
import { tokenOf } from "../pulumi/tokens";
import { toWire } from "../pulumi/wire";
import { functions } from "../resources/registry";
import { failureMessage, openBag, structOf } from "./message";
import { Refused } from "./refused";
import { hiding } from "./unsaid-secrets";

const NAMES = new Map(Object.entries(functions).map(([name, { kind }]) => [tokenOf(kind), name as keyof Functions]));

/** Invoke: a function's answer, or all that is wrong with its arguments. */
export async function invoke(
  handlers: () => Promise<Functions>,
  request: proto.InvokeRequest,
): Promise<proto.InvokeResponse> {
  const name = NAMES.get(request.getTok());
  if (!name) {
    const known = [...NAMES.keys()].join(", ");
    throw new Refused("NOT_FOUND", `metal3-ipam has no function ${request.getTok()}; there are ${known}`);
  }
  const hide = hiding(request);
  const { properties, secrets } = openBag(request.getArgs());
  const { result, failures } = await (await handlers())[name].invoke(properties);
  const response = new proto.InvokeResponse();
  // An answer to a secret question is secret.
  response.setReturn(structOf(toWire(result, new Set(secrets.size > 0 ? Object.keys(result) : []))));
  response.setFailuresList(failures.map((failure) => failureMessage(printed(failure), hide)));
  return response;
}
