/**
 * The life cycle of a resource, without any wire format. A door translates its requests into calls of these verbs. The verbs
 * are Pulumi's: check, diff, create, read, update, delete (proto/pulumi/provider.proto).
 */

import type { PropertyPath } from "../api/property-path";
import type { Operation } from "../ipam/environment";
import type { Drift, Origin } from "../ipam/ipam";

/** Stands for a value that is not known before the update. A door translates its own sentinel. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** The properties that a door passes: JSON values, or UNKNOWN at any depth. */
export type Properties = { readonly [property: string]: unknown };

/**
 * The resource that declares something. A door knows it. Handlers write it on locks and into messages, never into inputs.
 */
export interface ResourceOwner extends Origin {
  /**
   * The logical name. A second resource of the same name and type in one program is `name#2`. Absent if a door does not know
   * it. Then two resources of one kind can declare one claim unnoticed.
   */
  readonly resource?: string | undefined;
}

export interface Handler {
  /** The name in the registry: `IPPool`. Each door derives its own name from it. */
  readonly kind: string;
  check(request: CheckRequest): Promise<CheckResponse>;
  /** The outputs that create or update will return for checked inputs, as far as they are known. UNKNOWN for the rest. */
  preview(inputs: Properties): Properties;
  diff(request: DiffRequest): Promise<DiffResponse>;
  create(request: CreateRequest): Promise<CreateResponse>;
  read(request: ReadRequest): Promise<ReadResponse>;
  update(request: UpdateRequest): Promise<UpdateResponse>;
  delete(request: DeleteRequest): Promise<void>;
}

export interface CheckRequest {
  readonly owner: ResourceOwner;
  /** The inputs in state. Undefined for a new resource and for the second check of a replacement. */
  readonly olds: Properties | undefined;
  readonly news: Properties;
}

export interface CheckResponse {
  /** The new inputs with defaults and the promised address. State keeps them, and dependents see them in a preview. */
  readonly inputs: Properties;
  /** All faults at once. Nothing is written when there is one. */
  readonly failures: readonly CheckFailure[];
  readonly warnings: readonly string[];
  /** Warnings about the stack as a whole. */
  readonly stackWarnings?: readonly string[] | undefined;
  /** Differences between the backend and what was last set. */
  readonly drift: readonly Drift[];
  /** Information that needs no action. */
  readonly notes?: readonly string[] | undefined;
  /** Warnings that need to know all resources of the run. A door asks for them at the end of the run. */
  readonly atEnd?: (() => Promise<readonly string[]>) | undefined;
}

/** Each line once. A pool that is gone is one fact, not one for each host. */
export function linesOf(drift: readonly Drift[]): string[] {
  return [...new Set(drift.map(({ line }) => line))];
}

export interface CheckFailure {
  /** The place of the fault: `["pools", 0, "start"]`. Empty for a fault of the whole resource. A door formats it. */
  readonly path: PropertyPath;
  /** Names the value, the holder or limit, and the remedy. */
  readonly reason: string;
}

export interface DiffRequest {
  readonly owner: ResourceOwner;
  readonly id: string;
  /** The outputs in state. */
  readonly olds: Properties;
  /** Checked inputs. */
  readonly news: Properties;
}

export interface DiffResponse {
  /** The inputs whose change needs an update or a replacement. Empty if there is nothing to do. */
  readonly changed: readonly string[];
  /** The members of `changed` that need a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Outputs that no update changes. Only a replacement could. */
  readonly stables: readonly string[];
}

export interface CreateRequest {
  readonly owner: ResourceOwner;
  readonly inputs: Properties;
  /**
   * If true, create gets the address of the inputs or fails. A planned address must not change in the update that follows.
   */
  readonly firm?: boolean | undefined;
  readonly operation?: Operation | undefined;
}

/**
 * The object exists, but it is not yet as requested. A door makes the engine keep it in state with these outputs, so that
 * the next update continues from there.
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
  /** `namespace/name` or `namespace/pool/claim`. Never a UID, because a pivot changes UIDs. */
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadRequest {
  /** Absent if a door does not know it. */
  readonly owner?: ResourceOwner | undefined;
  readonly id: string;
  /** The inputs in state, if a door has them. They hold the promise, whatever an earlier read has found. */
  readonly inputs?: Properties | undefined;
  /** The outputs in state. Empty for an import or `.get`. */
  readonly state: Properties;
  /** True for a `.get`. It shows the object, and its owner stays the same. */
  readonly isLookup?: boolean | undefined;
}

export interface ReadResponse {
  /** "" only for an import or `.get` of an absent object. */
  readonly id: string;
  /** The object as a program would declare it. Absent if the inputs in state stay as they are. */
  readonly inputs?: Properties | undefined;
  /** The object as it is now. */
  readonly outputs: Properties;
  /** Why the object is not yet as requested, as in `Unfinished`. Without this a refresh would call it finished. */
  readonly unfinished?: readonly string[];
  /** Differences between the object and what was last set. */
  readonly drift?: readonly Drift[];
  /** Why state is kept: the backend cannot be asked. */
  readonly warnings?: readonly string[];
}

export interface UpdateRequest {
  readonly owner: ResourceOwner;
  readonly id: string;
  /** The outputs in state: what was last set, or what a read has found since. */
  readonly olds: Properties;
  /** The inputs in state, if a door has them. */
  readonly oldInputs?: Properties | undefined;
  readonly news: Properties;
  /** See CreateRequest. */
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

/** A function of the package. It reads, and changes nothing. */
export interface FunctionHandler {
  /** The name in the registry: `getIPPool`. */
  readonly kind: string;
  /** Throws if the backend cannot be asked, or has no such object. */
  invoke(args: Properties): Promise<InvokeResponse>;
}

export interface InvokeResponse {
  readonly result: Properties;
  /** All faults of the arguments at once. The backend is not asked if there is one. */
  readonly failures: readonly CheckFailure[];
}
