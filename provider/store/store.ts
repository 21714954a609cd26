/**
 * The contract of every store: the API server's promises, in five verbs.
 *
 * A store remembers objects. It decides nothing about addresses; what makes two writers safe beside each other is
 * only what is said here, and one contract test runs on every store.
 *
 * - Each write that changes something gives the object a new `metadata.resourceVersion` (opaque; compare for equality
 *   only). `metadata.uid` is new with each life of a name and never changes within one.
 * - `create` is exclusive: of all callers, in any process, exactly one succeeds; the others get `AlreadyExists`.
 * - `patch` and `remove` are compare-and-swap where a `resourceVersion` (or `uid`) is given: if the object is another
 *   one by now they change nothing and throw `Conflict`. A writer that loses reads again; a store never retries. Where
 *   nothing is given they apply to whatever is there, and lose no other writer's change.
 * - Each object that `get` and `list` return was whole at one moment, and may be old at the next; two objects of one
 *   list may be of different moments. Use them as hints: the answer to a write decides. `list` returns all or throws;
 *   it never returns a part.
 * - Objects returned are the caller's own: changing one changes nothing in the store.
 * - Fields that the store does not know are kept as they were written.
 * - An object that has finalizers does not go at `remove`: it gets a `deletionTimestamp` first. (The embedded stores
 *   have no controllers and drop objects at once.)
 * - A verb for a kind that an API server does not serve throws `NotInstalled`; embedded stores take every kind.
 * - Any verb may throw a StoreError; nothing else is thrown. `Unknown` outcomes do not exist: a store settles an
 *   ambiguous answer by reading back before it returns. (Two exceptions, which their messages name: a disk that fails to
 *   confirm what is written already, and an API server that is out of reach from then on.)
 */
import type { Kind } from "../api/kinds";
import type { Manifest, ObjectKey, StoredManifest } from "../api/meta";

export interface Store {
  /** What this store is, for people and for comparing state with configuration: shown in warnings, never a secret. */
  readonly target: Target;

  /** What only an API server has. Absent: an embedded store, where nobody acts on what is stored. */
  readonly apiServer?: ApiServer;

  /** The object, or undefined where there is none. */
  get(kind: Kind, key: ObjectKey): Promise<Stored | undefined>;

  /** All objects of a kind, in one namespace or (undefined) in all, sorted by namespace and name. */
  list(kind: Kind, namespace?: string): Promise<Stored[]>;

  /** Makes the object. Throws AlreadyExists, and NotFound where the namespace is missing. `uid` and `resourceVersion` of the argument are ignored. */
  create(kind: Kind, object: Manifest): Promise<Stored>;

  /**
   * RFC 7386 merge patch: null removes a member, arrays are replaced whole. `metadata.name`, `namespace`, `uid`,
   * `apiVersion` and `kind` cannot be changed (Invalid); a `resourceVersion` in the patch is one more precondition.
   * Throws NotFound, Conflict, Invalid.
   */
  patch(kind: Kind, key: ObjectKey, patch: MergePatch, only?: Precondition): Promise<Stored>;

  /** Removes the object. Throws NotFound, Conflict. */
  remove(kind: Kind, key: ObjectKey, only?: Precondition): Promise<void>;

  /**
   * Only a folder has it: where an object lies, if that is not its own file alone. What lies elsewhere counts, and no write
   * changes it (Invalid). As old as the last list of the kind.
   */
  misplaced?(kind: Kind, key: ObjectKey): Promise<Misplaced | undefined>;
}

/** `own`: the path of the object's own file. All paths are relative to the folder. */
export interface Misplaced {
  readonly own: string;
  /** Files that tell the object otherwise than its own file does, or instead of it. */
  readonly files: readonly string[];
  /** Whether the object can be written: its own file has it, or is free for it. */
  readonly isWritable: boolean;
}

/** Where controllers act: claims get served, finalizers hold objects back, the garbage collector follows owners. */
export interface ApiServer {
  /**
   * The kind in a version that is served: the one that is asked for if it is among them, else the server's preferred.
   * undefined where no CRD of that kind is installed. Asked once in the life of a store.
   */
  served(kind: Kind): Promise<Kind | undefined>;

  /**
   * Tells of each object of the kind that there is, and of each change from then on, until it is closed. Hints, as
   * lists are: events may be old, told twice, or merged. Lost connections are taken up again.
   */
  watch(kind: Kind, namespace: string, watcher: Watcher): Watch;
}

export interface Watcher {
  seen(object: Stored): void;
  gone(key: ObjectKey): void;
  /** Nothing more will be told: not allowed, not installed, or out of reach for longer than the store's deadline. */
  failed(error: StoreError): void;
}

export interface Watch {
  close(): void;
}

/** `id` is stable over runs and equal only for the same backend; `description` is what a message calls it. */
export interface Target {
  readonly id: string;
  readonly description: string;
}

/** The write happens only if the stored object still has these. */
export interface Precondition {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

export type MergePatch = { readonly [field: string]: unknown };

/** An object as a store returns it. */
export type Stored = StoredManifest;

/** Kubernetes' `metav1.StatusReason` words where it has one. */
export type StoreErrorReason =
  | "AlreadyExists"
  | "Conflict"
  | "NotFound"
  /** The object, or the patched object, is not acceptable: 422, an admission webhook, a bad name. */
  | "Invalid"
  /** The API server does not serve the kind: its CRD is missing. */
  | "NotInstalled"
  /** 401 and 403. */
  | "Forbidden"
  /** What is stored cannot be read as an object: a manifest edited into nonsense. Nothing is overwritten. */
  | "Malformed"
  /** No connection, time-out, 429 and 5xx after the store's own deadline, a full or read-only disk. */
  | "Unavailable";

export class StoreError extends Error {
  override readonly name = "StoreError";
  constructor(
    readonly reason: StoreErrorReason,
    /** One line: verb, kind, key, and why. */
    message: string,
    readonly hints: StoreErrorHints = {},
  ) {
    super(message);
  }
}

/** What the backend has said of the error besides, in a form that need not be read out of the message. */
export interface StoreErrorHints {
  /** The namespace is being deleted, and takes nothing new. */
  readonly isNamespaceEnding?: boolean;
  /** No connection came about: the backend may be gone for good. */
  readonly isUnreached?: boolean;
}

/** True for a StoreError with this reason. */
export function isStoreError(error: unknown, reason: StoreErrorReason): error is StoreError {
  return error instanceof StoreError && error.reason === reason;
}
