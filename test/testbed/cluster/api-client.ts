import { once } from "node:events";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import { HANG_MS } from "../run";
import type { User } from "./identities";

/** Any object of the API, with the fields that tests read. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly Readonly<Record<string, unknown>>[];
    readonly managedFields?: readonly Readonly<Record<string, unknown>>[];
  };
  readonly [part: string]: unknown;
}

/** The server's answer. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An answer that is no success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** `NotFound`, `AlreadyExists`, `Conflict`, `Forbidden`, … */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The ways to change an object, with the content type of each. */
const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/**
 * A plain JSON client for the tests' own reads and writes, without any code under test. Paths are the
 * API's own. `objectPath` writes them. `T` is not checked.
 */
export class ApiClient {
  private readonly agent: Agent;

  /** `ca` is PEM. */
  constructor(
    private readonly server: string,
    ca: string,
    private readonly user: User,
  ) {
    const { certificate, key } = user.certificate ?? {};
    this.agent = new Agent({ ca, cert: certificate, key, keepAlive: true });
  }

  get<T = KubeObject>(path: string): Promise<T> {
    return this.ask<T>("GET", path);
  }

  /** Like `get`, but undefined if there is no object. */
  find<T = KubeObject>(path: string): Promise<T | undefined> {
    return this.get<T>(path).catch((error) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
  }

  async list<T = KubeObject>(path: string): Promise<T[]> {
    return (await this.get<{ items: T[] }>(path)).items;
  }

  create<T = KubeObject>(path: string, object: object): Promise<T> {
    return this.ask<T>("POST", path, object);
  }

  /** Replaces the whole object; its `resourceVersion` is the condition, if it has one. */
  replace<T = KubeObject>(path: string, object: object): Promise<T> {
    return this.ask<T>("PUT", path, object);
  }

  patch<T = KubeObject>(path: string, change: object, type: keyof typeof patchTypes = "merge"): Promise<T> {
    return this.ask<T>("PATCH", path, change, patchTypes[type]);
  }

  /** `options` is a DeleteOptions: preconditions, propagationPolicy, … */
  async delete(path: string, options?: object): Promise<void> {
    await this.ask("DELETE", path, options);
  }

  /** Any request. A refusal is an answer, too. */
  async request(method: string, path: string, body?: object, type = "application/json"): Promise<ApiAnswer> {
    const { token } = this.user;
    const sent = request(new URL(path, this.server), {
      method,
      agent: this.agent,
      headers: {
        accept: "application/json",
        "content-type": type,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      timeout: HANG_MS,
    });
    sent.on("timeout", () =>
      sent.destroy(new Error(`${method} ${path}: the API server has not answered for ${HANG_MS / 1000} s.`)),
    );
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(sent, "response");
    const answer = await text(response);
    const isJson = response.headers["content-type"]?.startsWith("application/json");
    return { status: response.statusCode, body: isJson ? JSON.parse(answer) : answer };
  }

  close(): void {
    this.agent.destroy();
  }

  private async ask<T>(method: string, path: string, body?: object, type?: string): Promise<T> {
    const started = Date.now();
    for (;;) {
      const { status, body: answer } = await this.request(method, path, body, type);
      if (status < 300) return answer as T;
      // A server that has just learned of a kind says for a moment that its storage is initializing.
      if (status === 429 && Date.now() - started < HANG_MS) continue;
      throw refusal(`${method} ${path}`, status ?? 0, answer);
    }
  }
}

function refusal(what: string, status: number, answer: unknown): ApiError {
  const { reason = "", message = String(answer) } = (answer ?? {}) as { reason?: string; message?: string };
  return new ApiError(status, reason, `${what}: ${status} ${reason}: ${message}`);
}

/** `objectPath("ipam.metal3.io/v1alpha1", "ippools", "ns", "pool")`; without a name the collection. */
export function objectPath(apiVersion: string, resource: string, namespace?: string, name?: string): string {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const scope = namespace === undefined ? [] : ["namespaces", namespace];
  return [root, apiVersion, ...scope, resource, ...(name === undefined ? [] : [name])].join("/");
}
