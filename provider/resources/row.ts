/** A row of the registry: one resource or function. Everything but its life cycle is derived from its row. */
import type { z } from "zod";
import type { Ipam } from "../ipam/ipam";
import type { FunctionHandler, Handler, InvokeResponse, Properties } from "./handler";
import type { HeldAddress } from "./held-addresses";
import type { ImportId } from "./imported";
import type { Listing } from "./listing";

/** Each property of a shape has a description, which users read in their editor. */
export interface Row {
  /** The name in messages. Each door derives its own name from it. */
  readonly kind: string;
  readonly description: string;
  /** The inputs that a program may set. */
  readonly inputs: z.ZodRawShape;
  /** The outputs. State can hold more, which is hidden. An output that is not optional is always there. */
  readonly outputs: z.ZodRawShape;
}

export interface ResourceRow extends Row {
  /** Inputs that the shape requires and a program may leave out: the logical name is their default. */
  readonly filledIn: readonly string[];
  readonly importId: ImportId;
  /**
   * Translates another way to set an input into the inputs of the shape. Absent if there is none. `olds`: inputs in state.
   */
  readonly said?: (news: Properties, olds: Properties | undefined) => Properties;
  /** Lists the objects that can be imported. Absent if the backend has no such list. */
  readonly list?: Listing;
  readonly open: (ipam: Ipam, defaultNamespace: string) => Handler;
  /** The addresses that outputs name. Absent for a resource without addresses. */
  readonly addresses?: (outputs: Properties) => readonly HeldAddress[];
}

export interface FunctionRow extends Row {
  readonly open: (ipam: Ipam, defaultNamespace: string) => FunctionHandler;
}

/** A function that asks no backend. A program can call it before one is configured. */
export interface PureFunctionRow extends Row {
  readonly answer: (args: Properties) => InvokeResponse;
}

/** Rows by their name in this repository, such as `ipPool`. */
export interface Registry {
  readonly resources: Readonly<Record<string, ResourceRow>>;
  readonly functions: Readonly<Record<string, FunctionRow | PureFunctionRow>>;
}
