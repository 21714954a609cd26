/** Errors that the plugin itself throws. */
import type { status } from "@grpc/grpc-js";
import type { WireProperties } from "../pulumi/wire";
import type { Unfinished } from "../resources/handler";

/** A request that makes no sense as it is. */
export class Refused extends Error {
  constructor(
    readonly code: keyof typeof status,
    message: string,
  ) {
    super(message);
  }
}

/** What exists but is unfinished, in the words that state keeps. */
export class PartialFailure extends Error {
  constructor(
    readonly unfinished: Unfinished,
    readonly outputs: WireProperties,
    /** What a read has found of them. */
    readonly inputs?: WireProperties,
  ) {
    super(unfinished.message);
  }
}
