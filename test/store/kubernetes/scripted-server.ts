import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

/** A request as it came. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** The server's reaction to one request. */
export type Step = (response: ServerResponse, request: Seen) => void;

export interface ScriptedServer {
  readonly url: string;
  /** All requests so far. */
  readonly seen: readonly Seen[];
  /** `GET /path`, without the query. */
  lines(): string[];
  /** Adds to the script. A request beyond it is answered with 418, which no API server sends. */
  next(...steps: Step[]): void;
  close(): Promise<void>;
}

/** Loopback only; `tls` makes it an HTTPS server. */
export async function scriptedServer(steps: Step[] = [], tls?: ServerOptions, port = 0): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const script = [...steps];
  const sockets = new Set<Socket>();
  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const url = new URL(message.url ?? "", "http://server");
    const body = await text(message);
    const { method = "", headers } = message;
    const request = { method, path: url.pathname, query: url.searchParams, headers, body };
    seen.push(request);
    (script.shift() ?? answer(418, { message: "the script has ended" }))(response, request);
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  for (const event of ["connection", "secureConnection"]) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  }
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    lines: () => seen.map(({ method, path }) => `${method} ${path}`),
    next: (...more) => void script.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export function answer(status: number, body: object | string, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** An API server's own words for a refusal. */
export function refuse(code: number, reason: string, message: string, details: object = {}): Step {
  return answer(code, { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, details, code });
}

/** RST: a load balancer that drops what it has accepted. */
export const reset: Step = (response) => void response.socket?.resetAndDestroy();

/** FIN without an answer: a server that is stopped. */
export const hangUp: Step = (response) => void response.socket?.end();

/** Half an answer, and then nothing more. */
export const breakOff: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"kind":', () => response.socket?.destroy());
};
