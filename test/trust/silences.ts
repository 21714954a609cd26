/** Servers that accept a connection and then send nothing, or next to nothing, in each possible way. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { makeAuthority } from "../testbed/cluster";

export interface Silence {
  /** A kubeconfig's content. */
  readonly kubeconfig: string;
  /** The number of connections. */
  connections(): number;
  close(): void;
}

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/** The behaviour of a socket whose client has sent a request. */
const AFTER_REQUEST: Readonly<Record<string, (socket: Socket) => void>> = {
  "after the request": () => undefined,
  "in the middle of its headers": (socket) => socket.write(HEAD),
  "after its headers": (socket) => socket.write(`${HEAD}content-length: 1000\r\n\r\n`),
  "in the middle of its body": (socket) => socket.write(`${HEAD}content-length: 1000\r\n\r\n{"kind":`),
  "but for a byte of its headers now and then": (socket) => trickle(socket, `${HEAD}x-more: `),
  "but for a byte of its body now and then": (socket) =>
    trickle(socket, `${HEAD}content-length: 100000\r\n\r\n{"kind":"`),
  "but for chunks of white space without end": (socket) =>
    trickle(socket, `${HEAD}transfer-encoding: chunked\r\n\r\n`, "1\r\n \r\n"),
  "but that it goes on processing (102), without end": (socket) =>
    trickle(socket, "", "HTTP/1.1 102 Processing\r\n\r\n"),
};

/** Before or after TLS: the point where the server becomes silent. */
export const SILENCES = ["before TLS", ...Object.keys(AFTER_REQUEST)];

export async function openSilence(where: string): Promise<Silence> {
  const authority = await makeAuthority("authority of a silent server");
  const { certificate: cert, key } = await authority.issue({ name: "silent", hosts: ["127.0.0.1"] });
  const sockets = new Set<Socket>();
  let connections = 0;
  const listening = createServer((raw) => {
    connections += 1;
    sockets.add(raw.on("error", () => undefined));
    const meddle = AFTER_REQUEST[where];
    if (meddle === undefined) return;
    const socket = new TLSSocket(raw, { isServer: true, cert, key }).on("error", () => undefined);
    socket.once("data", () => meddle(socket)).resume();
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const server = `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const ca = Buffer.from(authority.certificate).toString("base64");
  return {
    kubeconfig: JSON.stringify({
      apiVersion: "v1",
      clusters: [{ name: "silent", cluster: { server, "certificate-authority-data": ca } }],
      users: [{ name: "me", user: { token: "of-nobody" } }],
      contexts: [{ name: "silent", context: { cluster: "silent", user: "me" } }],
      "current-context": "silent",
    }),
    connections: () => connections,
    close() {
      listening.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function trickle(socket: Socket, first: string, piece = "x"): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(piece), 50);
  socket.on("close", () => clearInterval(timer));
}
