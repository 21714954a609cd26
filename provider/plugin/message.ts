/** Property bags and faults as protobuf messages. */
import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import type { PrintedFailure } from "../pulumi/failed-check";
import { Struct } from "../pulumi/grpc";
import { type FromWire, openWire, type WireProperties } from "../pulumi/wire";

export function bagOf(struct: StructMessage | undefined): WireProperties {
  return (struct?.toJavaScript() ?? {}) as WireProperties;
}

/** A received bag, in a handler's form. */
export function openBag(struct: StructMessage | undefined): FromWire {
  return openWire(bagOf(struct));
}

export function structOf(bag: WireProperties): StructMessage {
  return Struct.fromJavaScript(bag as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** `hide` removes secrets from the text. */
export function failureMessage({ property, reason }: PrintedFailure, hide: (text: string) => string): CheckFailure {
  const failure = new CheckFailure();
  failure.setProperty(property);
  failure.setReason(hide(reason));
  return failure;
}
