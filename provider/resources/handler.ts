/**
 * A resource's life, free of any wire. A door takes off the envelope and calls these verbs. The words are Pulumi's: check,
 * diff, create, read, update, delete (proto/pulumi/provider.proto).
 */

import type { PropertyPath } from "../api/property-path";
import type { Operation } from "../ipam/environment";
import type { Drift, Origin } from "../ipam/ipam";

/** Stands where a value is not known until the update. A door turns its own sentinel into this and back. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A bag of properties as a door hands it over: JSON values, or UNKNOWN at any depth. */
export type Properties = { readonly [property: string]: unknown };

/** Who declares the resource. A door knows it; handlers write it on locks and into messages, never into inputs. */
export interface ResourceOwner extends Origin {
  /**
   * The logical name; a second resource of the same name and type in one program is `name#2`. Absent where a door does
   * not know it: then a claim that two resources of one kind declare goes unnoticed.
   */
  readonly resource?: string | undefined;
}

export interface Handler {
  /** As in the registry: `IPPool`. A door makes its own name of it. */
  readonly kind: string;
  check(request: CheckRequest): Promise<CheckResponse>;
  /** What create or update will return for checked inputs, as far as it is known before; UNKNOWN for the rest. */
  preview(inputs: Properties): Properties;
  diff(request: DiffRequest): Promise<DiffResponse>;
  create(request: CreateRequest): Promise<CreateResponse>;
  read(request: ReadRequest): Promise<ReadResponse>;
  update(request: UpdateRequest): Promise<UpdateResponse>;
  delete(request: DeleteRequest): Promise<void>;
}

export interface CheckRequest {
  readonly owner: ResourceOwner;
  /** The inputs kept in state; undefined for a new resource and for the second check of a replacement. */
  readonly olds: Properties | undefined;
  readonly news: Properties;
}

export interface CheckResponse {
  /** The news with defaults and the promised address filled in: what state keeps, and what dependents see in a preview. */
  readonly inputs: Properties;
  /** All faults at once. Nothing is written when there is one. */
  readonly failures: readonly CheckFailure[];
  readonly warnings: readonly string[];
  /** Where the backend differs from what was last set; empty where it does not. */
  readonly drift: readonly Drift[];
  /** What is worth knowing and asks for nothing. */
  readonly notes?: readonly string[] | undefined;
  /** Warnings that need to know all resources of the run: a door asks for them when the run has ended. */
  readonly atEnd?: (() => Promise<readonly string[]>) | undefined;
}

/** Each line once: a pool that is gone is one fact, not one for each host. */
export function linesOf(drift: readonly Drift[]): string[] {
  return [...new Set(drift.map(({ line }) => line))];
}

export interface CheckFailure {
  /** Where the faulty input is, `["pools", 0, "start"]`; empty where the fault is about the whole resource. A door formats it. */
  readonly path: PropertyPath;
  /** Names the value, the holder or limit, and the remedy. */
  readonly reason: string;
}

export interface DiffRequest {
  readonly owner: ResourceOwner;
  readonly id: string;
  /** The outputs kept in state. */
  readonly olds: Properties;
  /** Checked inputs. */
  readonly news: Properties;
}

export interface DiffResponse {
  /** The inputs whose change asks for an update or replacement. Empty: nothing to do. */
  readonly changed: readonly string[];
  /** Those of `changed` that make it another object. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Outputs that no update changes, for only a replacement could. */
  readonly stables: readonly string[];
}

export interface CreateRequest {
  readonly owner: ResourceOwner;
  readonly inputs: Properties;
  /** True: the address of the inputs or an error. A planned address must not change in the update that follows. */
  readonly firm?: boolean | undefined;
  readonly operation?: Operation | undefined;
}

/**
 * The object exists, but is not as asked yet. A door makes the engine keep it in state with these outputs, so that the
 * next update goes on from there.
 */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly reasons: readonly string[],
    cause?: Error,
  ) {
    super(reasons.join(" "), { cause });
  }

  with(outputs: Properties): Unfinished {
    return new Unfinished(this.id, outputs, this.reasons, this.cause instanceof Error ? this.cause : undefined);
  }
}

export interface CreateResponse {
  /** `namespace/name` or `namespace/pool/claim`; never a UID, for a pivot changes UIDs. */
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadRequest {
  /** Absent where a door does not know it. */
  readonly owner?: ResourceOwner | undefined;
  readonly id: string;
  /** The inputs kept in state, where a door has them: what was promised, whatever an earlier read has found. */
  readonly inputs?: Properties | undefined;
  /** The outputs kept in state; empty for an import or `.get`. */
  readonly state: Properties;
  /** True for a `.get`: what is there is told, and stays whose it is. */
  readonly isLookup?: boolean | undefined;
}

export interface ReadResponse {
  /** "" only where there was no state and there is no such object: an import or `.get` of something absent. */
  readonly id: string;
  /** What a program would say of it; absent where state's inputs stay as they are. */
  readonly inputs?: Properties | undefined;
  /** What is there now. */
  readonly outputs: Properties;
  /** Why it is not as asked yet, as `Unfinished` says it: otherwise a refresh would call it finished. */
  readonly unfinished?: readonly string[];
  /** Where that is not what was last set. */
  readonly drift?: readonly Drift[];
  /** Why state is kept as it is: the backend cannot be asked. */
  readonly warnings?: readonly string[];
}

export interface UpdateRequest {
  readonly owner: ResourceOwner;
  readonly id: string;
  /** The outputs kept in state: what was last set, or what a read has found since. */
  readonly olds: Properties;
  /** The inputs kept in state, where a door has them. */
  readonly oldInputs?: Properties | undefined;
  readonly news: Properties;
  /** As in CreateRequest. */
  readonly firm?: boolean | undefined;
  readonly operation?: Operation | undefined;
}

export interface UpdateResponse {
  readonly outputs: Properties;
}

export interface DeleteRequest {
  readonly owner: ResourceOwner;
  readonly id: string;
  readonly state: Properties;
  readonly operation?: Operation | undefined;
}

/** A function of the package: it looks, and changes nothing. */
export interface FunctionHandler {
  /** As in the registry: `getIPPool`. */
  readonly kind: string;
  /** Throws where the backend cannot be asked, or has no such object. */
  invoke(args: Properties): Promise<InvokeResponse>;
}

export interface InvokeResponse {
  readonly result: Properties;
  /** All faults of the arguments at once; nothing is asked where there is one. */
  readonly failures: readonly CheckFailure[];
}
