/** The objects of a fake API server, with an API server's optimistic concurrency. Each is kept as the text that is sent. */
import { randomUUID } from "node:crypto";
import type { Manifest } from "../../../provider/api/meta";
import { mergePatch } from "../../../provider/store/merge-patch";
import type { MergePatch } from "../../../provider/store/store";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Preconditions {
  readonly uid?: unknown;
  readonly resourceVersion?: unknown;
}

interface Kept {
  readonly object: Manifest;
  readonly text: string;
}

/** The objects of one kind in one namespace. */
export class Collection {
  readonly #objects = new Map<string, Kept>();
  /** The rest of a list, by its continue token. */
  readonly #pages = new Map<string, readonly string[]>();

  constructor(private readonly nextVersion: () => string) {}

  get(name: string): Answer {
    const kept = this.#objects.get(name);
    return kept ? { status: 200, body: kept.text } : refusal(404, "NotFound", name);
  }

  /** A page of the list. The list is as it was when its first page was asked for. */
  list(limit: number, token: string | null): Answer {
    const all = token === null ? this.#texts() : this.#pages.get(token);
    if (!all) return refusal(410, "Expired", "");
    if (token !== null) this.#pages.delete(token);
    const rest = all.slice(limit);
    const next = rest.length === 0 ? "" : randomUUID();
    if (next) this.#pages.set(next, rest);
    const metadata = JSON.stringify({ resourceVersion: "1", ...(next && { continue: next }) });
    const items = all.slice(0, limit).join(",");
    return { status: 200, body: `{"kind":"List","apiVersion":"v1","metadata":${metadata},"items":[${items}]}` };
  }

  create(object: Manifest): Answer {
    const { name } = object.metadata;
    if (this.#objects.has(name)) return refusal(409, "AlreadyExists", name);
    const born = { uid: randomUUID(), creationTimestamp: new Date().toISOString(), generation: 1 };
    return this.#put(201, { ...object, metadata: { ...object.metadata, ...born } });
  }

  patch(name: string, patch: MergePatch): Answer {
    return this.#replace(name, (patch.metadata ?? {}) as Preconditions, (object) => {
      return mergePatch(object, patch) as unknown as Manifest;
    });
  }

  replace(name: string, object: Manifest): Answer {
    return this.#replace(name, object.metadata, () => object);
  }

  remove(name: string, only: Preconditions): Answer {
    const done = this.#replace(name, only, (object) => object);
    if (done.status === 200) this.#objects.delete(name);
    return done;
  }

  #replace(name: string, only: Preconditions, next: (object: Manifest) => Manifest): Answer {
    const kept = this.#objects.get(name);
    if (!kept) return refusal(404, "NotFound", name);
    const { uid, resourceVersion } = kept.object.metadata;
    if ((only.uid ?? uid) !== uid) return refusal(409, "Conflict", name);
    if ((only.resourceVersion ?? resourceVersion) !== resourceVersion) return refusal(409, "Conflict", name);
    return this.#put(200, next(kept.object));
  }

  #put(status: number, manifest: Manifest): Answer {
    const object = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: this.nextVersion() } };
    const text = JSON.stringify(object);
    this.#objects.set(object.metadata.name, { object, text });
    return { status, body: text };
  }

  #texts(): string[] {
    return [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { text }]) => text);
  }
}

/** `metav1.Status`. Without a name it is the answer for an unknown path. */
export function refusal(code: number, reason: string, name: string): Answer {
  const status = { kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message: `${reason} ${name}` };
  return { status: code, body: JSON.stringify({ ...status, ...(name && { details: { name } }) }) };
}
