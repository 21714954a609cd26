/** Property bags and faults in protobuf's messages. */
import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import type { PrintedFailure } from "../pulumi/failed-check";
import { Struct } from "../pulumi/grpc";
import { type FromWire, openWire, type WireProperties } from "../pulumi/wire";

/** As Pulumi's own SDK has it: state of a large resource comes in one message. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
export const MESSAGE_LIMITS = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
};

export function bagOf(struct: StructMessage | undefined): WireProperties {
  return (struct?.toJavaScript() ?? {}) as WireProperties;
}

/** A bag that came, in a handler's words. */
export function openBag(struct: StructMessage | undefined): FromWire {
  return openWire(bagOf(struct));
}

export function structOf(bag: WireProperties): StructMessage {
  return Struct.fromJavaScript(bag as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** `hide` takes secrets out of what is said. */
export function failureMessage({ property, reason }: PrintedFailure, hide: (text: string) => string): CheckFailure {
  const failure = new CheckFailure();
  failure.setProperty(property);
  failure.setReason(hide(reason));
  return failure;
}
