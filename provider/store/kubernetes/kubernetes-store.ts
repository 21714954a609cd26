/** The store over a real API server. Each verb is one request. It is repeated as far as that is safe. */
import { setMaxListeners } from "node:events";
import { apiVersionOf, type Kind } from "../../api/kinds";
import { FIELD_MANAGER, keyText, type Manifest, type ObjectKey } from "../../api/meta";
import { admitCreate } from "../admission";
import { requireKey } from "../object-name";
import {
  type ApiServer,
  isStoreError,
  type MergePatch,
  type Precondition,
  type Store,
  type Stored,
  type Target,
  type Watch,
  type Watcher,
} from "../store";
import { wording } from "../wording";
import { API_CALL, Call, type CallPolicy, SERVER_TIMEOUT_S, type Surroundings } from "./call";
import type { Connection } from "./connection";
import { type Link, openLink, type WireRequest } from "./link";
import { type Listed, listAll } from "./list";
import { objectIn, readObject } from "./objects";
import { collectionPath, pathOf } from "./paths";
import { ServedVersions } from "./served-versions";
import { settleCreate, settlePatch, settleRemove, type Write } from "./settle-write";
import { errorAbout, isSuccess, refusalOf, type Subject } from "./status";
import { systemTiming, type Timing } from "./timing";
import { startWatch, type WatchSource } from "./watch";
import { wirePatch } from "./wire-patch";
import { requestWording } from "./wording";

export interface KubernetesStore extends Store {
  readonly apiServer: ApiServer;
  /** Ends the connections and watches at once. Without it only watches keep the process alive. */
  close(): Promise<void>;
}

export interface KubernetesStoreOptions {
  /** An annotation with a different value for each create: see settle-write.ts. */
  readonly uniqueAnnotation?: string | undefined;
  readonly policy?: CallPolicy | undefined;
  readonly timing?: Timing | undefined;
  /** Ends the wait for a server that does not answer. */
  readonly cancelled?: AbortSignal | undefined;
  /** Tells the user that a call waits for the server, and why. */
  readonly tell?: ((text: string) => void) | undefined;
}

// By package name, because the relative path differs between the source and `dist`.
const { version } = require("pulumi-metal3-ipam/package.json") as { version: string };
const USER_AGENT = `${FIELD_MANAGER}/${version}`;

const timeout = `${SERVER_TIMEOUT_S}s`;
const WRITE = { fieldManager: FIELD_MANAGER, timeout };

/** Connects with the first request. */
export function openKubernetesStore(connection: Connection, options: KubernetesStoreOptions = {}): KubernetesStore {
  return new ApiServerStore(connection, options);
}

class ApiServerStore implements KubernetesStore {
  readonly target: Target;
  readonly apiServer: ApiServer;
  readonly #host: string;
  readonly #link: Link;
  readonly #surroundings: Omit<Surroundings, "signal">;
  readonly #uniqueAnnotation: string | undefined;
  readonly #versions = new ServedVersions();
  readonly #closing = new AbortController();

  constructor(connection: Connection, options: KubernetesStoreOptions) {
    const { timing = systemTiming, policy = API_CALL, uniqueAnnotation, cancelled, tell } = options;
    this.target = connection.target;
    this.#host = connection.server.host;
    this.#uniqueAnnotation = uniqueAnnotation;
    // Each running call listens to these signals, so many listeners are not a leak.
    setMaxListeners(0, this.#closing.signal, ...(cancelled ? [cancelled] : []));
    this.#link = openLink(connection, USER_AGENT, timing);
    this.#surroundings = {
      link: this.#link,
      timing,
      policy,
      cancelled,
      tell: tell && ((why) => tell(requestWording.waiting(this.target.description, why))),
      outage: { since: undefined },
    };
    this.apiServer = {
      served: (kind) => this.#versions.served(this.#call("look for", kind, `(${kind.group})`), kind),
      named: (group, kind) => this.#versions.named(this.#callAbout(group, kind), group, kind),
      watch: (kind, namespace, watcher) => this.#watch(kind, namespace, watcher),
    };
  }

  async get(kind: Kind, key: ObjectKey): Promise<Stored | undefined> {
    requireKey("get", kind, key);
    const call = this.#call("get", kind, keyText(key));
    return this.#versions.inServed(call, kind, (served) => this.#get(call, served, key));
  }

  async list(kind: Kind, namespace?: string): Promise<Stored[]> {
    if (namespace !== undefined) requireKey("list", kind, { namespace, name: "any" });
    return (await this.#listAt(kind, namespace)).items;
  }

  async create(kind: Kind, object: Manifest): Promise<Stored> {
    const admitted = admitCreate(kind, object);
    const { namespace, name } = admitted.metadata;
    const key = { namespace, name };
    const call = this.#call("create", kind, keyText(key));
    return this.#versions.inServed(call, kind, async (served) => {
      const sent = { ...admitted, apiVersion: apiVersionOf(served) };
      const request = {
        method: "POST",
        path: collectionPath(served, namespace, WRITE),
        contentType: "application/json",
        body: JSON.stringify(sent),
      } as const;
      const write = this.#write(call, served, key, request);
      return settleCreate({ ...write, refusalOf: createRefusal(write) }, sent, this.#uniqueAnnotation);
    });
  }

  async patch(kind: Kind, key: ObjectKey, patch: MergePatch, only: Precondition = {}): Promise<Stored> {
    requireKey("patch", kind, key);
    const call = this.#call("patch", kind, keyText(key));
    const wire = wirePatch(kind, key, patch, only, call.subject);
    return this.#versions.inServed(call, kind, async (served) => {
      const request = {
        method: "PATCH",
        path: pathOf(served, key, WRITE),
        contentType: "application/merge-patch+json",
        body: JSON.stringify(wire.patch),
      } as const;
      const write = { ...this.#write(call, served, key, request), refusalOf: wire.refusalOf };
      return settlePatch(write, wire.patch, wire.only);
    });
  }

  async remove(kind: Kind, key: ObjectKey, only: Precondition = {}): Promise<void> {
    requireKey("remove", kind, key);
    const call = this.#call("remove", kind, keyText(key));
    await this.#versions.inServed(call, kind, async (served) => {
      for (;;) {
        const preconditions = await this.#withUid(call, served, key, only);
        try {
          return await this.#remove(call, served, key, preconditions);
        } catch (error) {
          // The caller gave no precondition. Between the look and the removal the object was created again, or changed.
          const isAsked = only.uid !== undefined || only.resourceVersion !== undefined;
          if (isAsked || !isStoreError(error, "Conflict")) throw error;
          await call.pause(requestWording.changing);
        }
      }
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#link.close();
  }

  /** A look for a kind of which only the name is known. */
  #callAbout(group: string, kind: string): Call {
    return this.#call("look for", { group, version: "", kind, plural: "", namespaced: true }, `(${group || "core"})`);
  }

  #call(verb: string, kind: Kind, key: string, signal = this.#closing.signal): Call {
    return new Call(this.#subject(verb, kind, key), { ...this.#surroundings, signal });
  }

  #subject(verb: string, kind: Kind, key: string): Subject {
    return { verb, kind, key, host: this.#host };
  }

  async #get(call: Call, kind: Kind, key: ObjectKey): Promise<Stored | undefined> {
    const answer = await call.read({ method: "GET", path: pathOf(kind, key, { timeout }) });
    if (isSuccess(answer)) return objectIn(answer, kind, call.subject);
    const error = refusalOf(answer, call.subject);
    if (error.reason === "NotFound") return undefined;
    throw error;
  }

  /** All objects, and the version of the list, from which a watch continues. */
  #listAt(kind: Kind, namespace: string | undefined, signal?: AbortSignal): Promise<Listed> {
    // Each page has its own deadline, because the number of pages is not known.
    const newCall = () => this.#call("list", kind, objectsIn(namespace), signal);
    return listAll(newCall, this.#versions, kind, namespace);
  }

  /** Adds the object's uid if the caller gave none. */
  async #withUid(call: Call, kind: Kind, key: ObjectKey, only: Precondition): Promise<Precondition & { uid: string }> {
    if (only.uid !== undefined) return { ...only, uid: only.uid };
    const there = await this.#get(call, kind, key);
    if (there === undefined) throw errorAbout(call.subject, "NotFound", wording.missing);
    const { uid, resourceVersion } = there.metadata;
    if (only.resourceVersion === undefined || only.resourceVersion === resourceVersion) return { ...only, uid };
    const reason = wording.precondition("resourceVersion", resourceVersion, only.resourceVersion);
    throw errorAbout(call.subject, "Conflict", reason);
  }

  async #remove(call: Call, kind: Kind, key: ObjectKey, only: Precondition & { uid: string }): Promise<void> {
    const { uid, resourceVersion } = only;
    const preconditions = { uid, ...(resourceVersion !== undefined && { resourceVersion }) };
    const options = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
    const request = {
      method: "DELETE",
      path: pathOf(kind, key, { timeout }),
      contentType: "application/json",
      body: JSON.stringify(options),
    } as const;
    await settleRemove({ ...this.#write(call, kind, key, request), accept: () => undefined }, only);
  }

  #write(call: Call, kind: Kind, key: ObjectKey, request: WireRequest): Write<Stored> {
    return {
      call,
      request,
      readBack: () => this.#get(call, kind, key),
      accept: (answer) => objectIn(answer, kind, call.subject),
      refusalOf: (answer) => refusalOf(answer, call.subject),
    };
  }

  #watch(kind: Kind, namespace: string, watcher: Watcher): Watch {
    let version = kind;
    const source: WatchSource = {
      list: async (signal) => {
        const { served, ...listed } = await this.#listAt(kind, namespace, signal);
        version = served;
        return listed;
      },
      open: (resourceVersion, timeoutSeconds, signal) => {
        const query = { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
        const call = this.#call("watch", kind, objectsIn(namespace), signal);
        return call.stream({ method: "GET", path: collectionPath(version, namespace, query) });
      },
      hide: (line) => this.#link.hide(line),
      read: (object) => readObject(object, version, this.#subject("watch", kind, objectsIn(namespace))),
    };
    return startWatch(source, watcher, this.#surroundings.timing, this.#closing.signal);
  }
}

/** The key of a list, in messages. */
function objectsIn(namespace: string | undefined): string {
  return namespace === undefined ? "objects in all namespaces" : `objects in namespace ${namespace}`;
}

/** A create has no version that could conflict. So a 409 comes from a quota that two requests count at once: the create was not done. */
function createRefusal({ refusalOf }: Write<Stored>): Write<Stored>["refusalOf"] {
  return (answer) => {
    const refusal = refusalOf(answer);
    return refusal?.reason === "Conflict" ? undefined : refusal;
  };
}
