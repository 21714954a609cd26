/** Errors that the plugin itself throws. */
import type { status } from "@grpc/grpc-js";
import type { WireProperties } from "../pulumi/wire";
import type { Unfinished } from "../resources/handler";

/** A request that the plugin cannot serve. */
export class Refused extends Error {
  constructor(
    readonly code: keyof typeof status,
    message: string,
  ) {
    super(message);
  }
}

/** A resource that exists but is incomplete, in the form of state. */
export class PartialFailure extends Error {
  constructor(
    readonly unfinished: Unfinished,
    readonly outputs: WireProperties,
    /** The inputs that a read has found. */
    readonly inputs?: WireProperties,
  ) {
    super(unfinished.message);
  }
}
