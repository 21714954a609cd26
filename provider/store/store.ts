/**
 * The contract of every store: the API server's promises, in five verbs.
 *
 * A store keeps objects. It decides nothing about addresses. Several writers may use it at once, and their safety rests only on
 * the rules below. One contract test runs on every store.
 *
 * - Each write that changes something gives the object a new `metadata.resourceVersion`. It is opaque: compare it for equality
 *   only. An object that is deleted and created again gets a new `metadata.uid`. Otherwise the uid never changes.
 * - `create` is exclusive. If several callers create the same object, in any process, exactly one succeeds. The others get
 *   `AlreadyExists`.
 * - `patch` and `remove` are compare-and-swap if a `resourceVersion` (or `uid`) is given. If the object has changed, they
 *   change nothing and throw `Conflict`. The writer then reads again; a store never retries. Without a precondition they apply
 *   to the current object, and lose no other writer's change.
 * - Each object that `get` and `list` return was whole at one moment, and may be outdated at the next. Two objects of one list
 *   may come from different moments. Use them as hints: the answer to a write decides. `list` returns all objects or throws. It
 *   never returns a part.
 * - Returned objects belong to the caller. Changing one changes nothing in the store.
 * - The store keeps fields that it does not know as they were written.
 * - `remove` does not remove an object that has finalizers. It only sets a `deletionTimestamp`. (The embedded stores have no
 *   controllers and remove objects at once.)
 * - A verb for a kind that an API server does not serve throws `NotInstalled`. Embedded stores take every kind.
 * - A verb throws nothing but StoreErrors. There is no `Unknown` outcome: after an ambiguous answer a store reads the object
 *   back before it returns. There are two exceptions, and their messages say so: a disk that does not confirm a finished write,
 *   and an API server that is out of reach from then on.
 * - Each message ends with a full stop, so that a remedy may follow after a space.
 */
import type { Kind } from "../api/kinds";
import type { Manifest, ObjectKey, StoredManifest } from "../api/meta";

export interface Store {
  /** Identifies the backend, for messages and to compare state with configuration. It never holds a secret. */
  readonly target: Target;

  /** The abilities that only an API server has. Absent for an embedded store, which has no controllers. */
  readonly apiServer?: ApiServer;

  /** The object. Undefined if it does not exist. */
  get(kind: Kind, key: ObjectKey): Promise<Stored | undefined>;

  /** All objects of a kind, in one namespace or (undefined) in all, sorted by namespace and name. */
  list(kind: Kind, namespace?: string): Promise<Stored[]>;

  /** Creates the object. Throws AlreadyExists, and NotFound if the namespace is missing. The argument's `uid` and `resourceVersion` are ignored. */
  create(kind: Kind, object: Manifest): Promise<Stored>;

  /**
   * RFC 7386 merge patch: null removes a member, arrays are replaced as a whole. `metadata.name`, `namespace`, `uid`,
   * `apiVersion` and `kind` cannot be changed (Invalid). A `resourceVersion` in the patch is one more precondition.
   * Throws NotFound, Conflict, Invalid.
   */
  patch(kind: Kind, key: ObjectKey, patch: MergePatch, only?: Precondition): Promise<Stored>;

  /** Removes the object. Throws NotFound, Conflict. */
  remove(kind: Kind, key: ObjectKey, only?: Precondition): Promise<void>;

  /**
   * Only a folder has it. It says where an object lies, if not in its own file alone. An object in another file counts, but no
   * write changes it (Invalid). The answer is as old as the last list of the kind.
   */
  misplaced?(kind: Kind, key: ObjectKey): Promise<Misplaced | undefined>;
}

/** An object outside its own file. `own`: the path of its own file. All paths are relative to the folder. */
export interface Misplaced {
  readonly own: string;
  /** Files that have the object with other content, or in place of its own file. */
  readonly files: readonly string[];
  /** True if the object can be written: its own file has it, or is free for it. */
  readonly isWritable: boolean;
}

/** A backend with controllers: they serve claims, keep objects with finalizers, and collect objects without owners. */
export interface ApiServer {
  /**
   * The kind in a version that the server serves: the requested version if possible, else the server's preferred one.
   * Undefined if no CRD of that kind is installed. A store asks once.
   */
  served(kind: Kind): Promise<Kind | undefined>;

  /**
   * The kind with this name in a group, in the server's preferred version of it. Undefined if no CRD of that kind is
   * installed. A store asks once.
   */
  named(group: string, kind: string): Promise<Kind | undefined>;

  /**
   * Reports each object of the kind, and then each change, until it is closed. Events are hints, like lists: they may be
   * outdated, repeated or merged. The watch reconnects after a lost connection.
   */
  watch(kind: Kind, namespace: string, watcher: Watcher): Watch;
}

export interface Watcher {
  seen(object: Stored): void;
  gone(key: ObjectKey): void;
  /** No more events follow: not allowed, not installed, or out of reach for longer than the store's deadline. */
  failed(error: StoreError): void;
}

export interface Watch {
  close(): void;
}

/** `id` is the same in each run, and equal only for the same backend. `description` is the backend's name in messages. */
export interface Target {
  readonly id: string;
  readonly description: string;
}

/** The write happens only if the stored object still has these values. */
export interface Precondition {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

export type MergePatch = { readonly [field: string]: unknown };

/** An object as a store returns it. */
export type Stored = StoredManifest;

/** The names of Kubernetes' `metav1.StatusReason`, where it has one. */
export type StoreErrorReason =
  | "AlreadyExists"
  | "Conflict"
  | "NotFound"
  /** The object, or the patched object, is refused: 422, an admission webhook, a bad name. */
  | "Invalid"
  /** The API server does not serve the kind: its CRD is missing. */
  | "NotInstalled"
  /** 401 and 403. */
  | "Forbidden"
  /** The stored content cannot be read as an object, such as a badly edited manifest. Nothing is overwritten. */
  | "Malformed"
  /** No connection, a time-out, 429 or 5xx after the store's own deadline, a full or read-only disk. */
  | "Unavailable";

export class StoreError extends Error {
  override readonly name = "StoreError";
  constructor(
    readonly reason: StoreErrorReason,
    /** One line: verb, kind, key, and the reason. It ends with a full stop. */
    message: string,
    readonly hints: StoreErrorHints = {},
  ) {
    super(message);
  }
}

/** More facts about the error, so that no code has to read them out of the message. */
export interface StoreErrorHints {
  /** The namespace is being deleted, and accepts no new objects. */
  readonly isNamespaceEnding?: boolean;
  /** No connection could be made. The backend may be gone for good. */
  readonly isUnreached?: boolean;
}

/** True for a StoreError with this reason. */
export function isStoreError(error: unknown, reason: StoreErrorReason): error is StoreError {
  return error instanceof StoreError && error.reason === reason;
}
