/** What the registry knows of a resource or a function: everything that is not its own life is derived from its row. */
import type { z } from "zod";
import type { Ipam } from "../ipam/ipam";
import type { FunctionHandler, Handler, Properties } from "./handler";
import type { HeldAddress } from "./held-addresses";
import type { ImportId } from "./imported";
import type { Listing } from "./listing";

/** Each property of a shape has a description: the sentence that a user reads in an editor. */
interface Row {
  /** What messages call it. A door makes its own name of it. */
  readonly kind: string;
  readonly description: string;
  /** What a program may say, and nothing else. */
  readonly inputs: z.ZodRawShape;
  /** What it gets to know; what state holds besides is hidden. Those that are not optional are always there. */
  readonly outputs: z.ZodRawShape;
}

export interface ResourceRow extends Row {
  /** Inputs that the shape requires, and that the logical name stands in for where a program leaves them out. */
  readonly filledIn: readonly string[];
  readonly importId: ImportId;
  /** Turns another way to say something into the words of the shape. Absent where there is none. `olds`: inputs in state. */
  readonly said?: (news: Properties, olds: Properties | undefined) => Properties;
  /** What there is to import. Absent where the backend has no such list. */
  readonly list?: Listing;
  readonly open: (ipam: Ipam, defaultNamespace: string) => Handler;
  /** The addresses that outputs say it has. Absent where it has none. */
  readonly addresses?: (outputs: Properties) => readonly HeldAddress[];
}

export interface FunctionRow extends Row {
  readonly open: (ipam: Ipam, defaultNamespace: string) => FunctionHandler;
}

/** By the name that a program of this house uses: `ipPool`. */
export interface Registry {
  readonly resources: Readonly<Record<string, ResourceRow>>;
  readonly functions: Readonly<Record<string, FunctionRow>>;
}
