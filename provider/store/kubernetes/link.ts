/** Sends one request once, without retry and without redirect. It does not judge the answer. */
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { createSecureContext } from "node:tls";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { Connection } from "./connection";
import type { Credential } from "./credentials";
import { type Answer, type Delivery, failure } from "./delivery";
import { SentCredentials } from "./sent-credentials";
import type { Timing } from "./timing";

export interface WireRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the server's own path, with the query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

export interface Link {
  exchange(request: WireRequest, timeoutMs: number, signal: AbortSignal): Promise<Delivery>;
  /** An endless answer. Its head must arrive in time. `signal` also ends its body. */
  stream(request: WireRequest, timeoutMs: number, signal: AbortSignal): Promise<Delivery | Opened>;
  /** Called after a 401. True if there may be another credential. */
  renew(refused: Credential): boolean;
  /** Removes the credentials from a text of an opened stream. Answers come without them. */
  hide(text: string): string;
  close(): Promise<void>;
}

/** A successful answer. Its body comes in pieces. */
export interface Opened {
  readonly kind: "opened";
  readonly body: Readable;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Load balancers and API servers close idle connections later than this, so few writes use a connection that is being closed. */
const IDLE_MS = 20_000;
/** More requests at once would use up the seats of the server's priority and fairness. Watches are not counted. */
const CONNECTIONS = 32;
/** A page of 500 objects with a thousand entries each is a third of it. The limit stops a server that sends without end. */
export const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

export function openLink(connection: Connection, userAgent: string, timing: Timing): Link {
  const { server, credentials } = connection;
  const base = server.pathname.replace(/\/$/, "");
  const headers = { accept: "application/json", "user-agent": userAgent, ...connection.headers };
  const sent = new SentCredentials();
  let dispatchers: { client: Credential["client"]; calls: Dispatcher; streams: Dispatcher } | undefined;

  /** Connections are bound to a client certificate. A new certificate of an exec plugin needs new connections. */
  function dispatchersFor({ client }: Credential) {
    if (dispatchers !== undefined && dispatchers.client === client) return dispatchers;
    const old = dispatchers;
    dispatchers = {
      client,
      calls: dispatcher(connection, client, { connections: CONNECTIONS, maxResponseSize: MAX_ANSWER_BYTES }),
      streams: dispatcher(connection, client, {}),
    };
    // Running requests end normally.
    for (const each of old ? [old.calls, old.streams] : []) each.close().catch(() => undefined);
    return dispatchers;
  }

  function optionsOf({ method, path, contentType, body }: WireRequest, credential: Credential, signal: AbortSignal) {
    sent.add(credential);
    return {
      origin: server.origin,
      method,
      path: base + path,
      headers: { ...headers, ...credential.headers, ...(contentType && { "content-type": contentType }) },
      body: body ?? null,
      signal,
    };
  }

  return {
    async exchange(request, timeoutMs, signal) {
      try {
        const credential = await orAbort(signal, credentials.current());
        const either = AbortSignal.any([signal, timing.alarm(timeoutMs)]);
        const { calls } = dispatchersFor(credential);
        const { statusCode, headers, body } = await orAbort(
          either,
          calls.request(optionsOf(request, credential, either)),
        );
        return { kind: "answered", answer: answerOf(statusCode, headers, sent.hide(await body.text())), credential };
      } catch (error) {
        return failure(error, timeoutMs, connection.proxy);
      }
    },

    async stream(request, timeoutMs, signal) {
      const head = new AbortController();
      const alarm = timing.alarm(timeoutMs);
      const giveUp = () => head.abort(alarm.reason);
      alarm.addEventListener("abort", giveUp, { once: true });
      try {
        const credential = await orAbort(signal, credentials.current());
        const { streams } = dispatchersFor(credential);
        const either = AbortSignal.any([signal, head.signal]);
        const { statusCode, headers, body } = await orAbort(
          either,
          streams.request(optionsOf(request, credential, either)),
        );
        if (statusCode === 200) return { kind: "opened", body };
        return { kind: "answered", answer: answerOf(statusCode, headers, sent.hide(await body.text())), credential };
      } catch (error) {
        return failure(error, timeoutMs, connection.proxy);
      } finally {
        alarm.removeEventListener("abort", giveUp);
      }
    },

    renew: (refused) => credentials.renew(refused),

    hide: (text) => sent.hide(text),

    async close() {
      const open = dispatchers;
      dispatchers = undefined;
      await Promise.all(open ? [open.calls.destroy(), open.streams.destroy()] : []);
    },
  };
}

/** The caller sets deadlines, so undici's own are off. Idle sockets and timers of undici do not keep a process alive. */
function dispatcher({ tls, proxy }: Connection, client: Credential["client"], most: Agent.Options): Dispatcher {
  const secure = { ...tls, ...client };
  const connect = {
    // Node would read the certificates again for each connection.
    secureContext: createSecureContext({ ca: secure.ca, cert: secure.cert, key: secure.key }),
    rejectUnauthorized: secure.rejectUnauthorized,
    timeout: CONNECT_TIMEOUT_MS,
    ...(secure.servername !== undefined && { servername: secure.servername }),
  };
  const limits = {
    ...most,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy === undefined) return new Agent({ connect, ...limits });
  return new ProxyAgent({ uri: proxy.href, requestTls: connect, ...limits });
}

/** undici looks at the signal only when a request has a connection. Before that a request may wait in the queue for longer. */
async function orAbort<T>(signal: AbortSignal, request: Promise<T>): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
  });
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([request, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function answerOf(status: number, headers: IncomingHttpHeaders, body: string): Answer {
  return { status, retryAfterMs: retryAfterMs(headers["retry-after"]), body };
}

/** RFC 9110, 10.2.3. API servers give seconds. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined;
}
