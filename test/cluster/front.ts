/** An HTTPS proxy in front of an API server. It counts requests, and answers instead of the server if a test says so. */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Agent, createServer as createSecureServer, request } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type Cluster, makeAuthority } from "../testbed/cluster";

/** One request, as RBAC sees it. */
export interface Seen {
  readonly verb: "get" | "list" | "watch" | "create" | "patch" | "delete" | "discover";
  /** `ippools.ipam.metal3.io`; for a discovery, the group. */
  readonly resource: string;
  readonly method: string;
  readonly path: string;
}

/**
 * The replacement for the server's answer to a request. `silence`: the connection stays open without an answer. A
 * function answers the request itself.
 */
export type Meddling =
  | { readonly status: number; readonly headers?: Record<string, string> }
  | "silence"
  | ((exchange: Exchange) => void);

export interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  /** Forwards the request, with this body if it was read already. The server's answer goes back, or to `receive`. */
  pass(body?: Buffer, receive?: (response: IncomingMessage) => void): void;
}

export class Front {
  /** In the order of arrival. */
  readonly seen: Seen[] = [];
  /** Undefined: the server answers. */
  meddle: (seen: Seen) => Meddling | undefined = () => undefined;

  constructor(
    readonly server: string,
    /** PEM: the authority that signed its certificate. */
    readonly ca: string,
    private readonly listening: Server,
    private readonly behind: Agent,
  ) {}

  /** How many of each: `list ippools.ipam.metal3.io`; a list of all namespaces says so. Then counts from zero again. */
  counted(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { verb, resource, path } of this.seen.splice(0)) {
      const isEverywhere = verb === "list" && resource.includes(".") && !path.includes("/namespaces/");
      const row = `${verb} ${resource}${isEverywhere ? " everywhere" : ""}`;
      counts[row] = (counts[row] ?? 0) + 1;
    }
    return counts;
  }

  async close(): Promise<void> {
    this.behind.destroy();
    this.listening.close();
    this.listening.closeAllConnections();
    await once(this.listening, "close");
  }
}

/** Has a certificate of its own authority, so that no client reaches the server past it by mistake. */
export async function openFront(cluster: Pick<Cluster, "server" | "ca">): Promise<Front> {
  const authority = await makeAuthority("authority of the front");
  const { certificate: cert, key } = await authority.issue({ name: "front", hosts: ["127.0.0.1"] });
  const behind = new Agent({ ca: cluster.ca, keepAlive: true });
  const listening: Server = createSecureServer({ cert, key }, (asked, answer) => {
    const seen = seenIn(asked);
    front.seen.push(seen);
    const meddling = front.meddle(seen);
    const pass: Exchange["pass"] = (body, receive) => forward(asked, answer, cluster.server, behind, body, receive);
    if (meddling === undefined) pass();
    else if (typeof meddling === "function") meddling({ asked, answer, pass });
    else if (meddling !== "silence") answer.writeHead(meddling.status, meddling.headers).end();
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  const front = new Front(`https://127.0.0.1:${port}`, authority.certificate, listening, behind);
  return front;
}

/** A server that accepts connections and sends nothing, not even TLS. */
export async function openSilence(): Promise<{ readonly server: string; close(): void }> {
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => sockets.add(socket.on("error", () => undefined)));
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  const close = () => {
    listening.close();
    for (const socket of sockets) socket.destroy();
  };
  return { server: `https://127.0.0.1:${port}`, close };
}

function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  server: string,
  agent: Agent,
  body?: Buffer,
  receive = (response: IncomingMessage) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  },
): void {
  const { method, url: path, headers } = asked;
  const { hostname: host, port } = new URL(server);
  const passed = request({ host, port, method, path, headers, agent }, receive);
  passed.on("error", () => answer.destroy());
  answer.on("close", () => passed.destroy());
  if (body === undefined) asked.pipe(passed);
  else passed.end(body);
}

const VERBS = { GET: "get", POST: "create", PATCH: "patch", DELETE: "delete" } as const;

/** `/apis/<group>/<version>[/namespaces/<namespace>]/<plural>[/<name>]`, and `/api/v1/...` for the group without a name. */
function seenIn({ method = "", url = "" }: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(url, "https://front");
  const [root, ...steps] = pathname.split("/").slice(1);
  const group = root === "apis" ? (steps.shift() ?? "") : "";
  steps.shift(); // the version
  if (steps[0] === "namespaces" && steps.length > 2) steps.splice(0, 2);
  const [plural, name] = steps;
  const asked = { method, path: pathname + new URL(url, "https://front").search };
  if (plural === undefined) return { ...asked, verb: "discover", resource: group };
  const resource = group === "" ? plural : `${plural}.${group}`;
  const isMany = method === "GET" && name === undefined;
  const many = searchParams.get("watch") === "true" ? "watch" : "list";
  return { ...asked, verb: isMany ? many : VERBS[method as keyof typeof VERBS], resource };
}
