/**
 * The provider process: a gRPC server on loopback. It writes its port to standard output as the first line. The engine then
 * takes some time to connect, and the service is loaded meanwhile.
 */
import { once } from "node:events";
import { writeSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { grpc } from "../pulumi/grpc";
import { MESSAGE_LIMITS } from "./message-limits";

const STANDARD_OUTPUT = 1;

/** `root`: the package's folder. The last argument is the engine's address. Without it, the engine will attach later. */
export async function main(root: string, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  // Nothing reads gRPC's own statistics.
  const server = new grpc.Server({ ...MESSAGE_LIMITS, "grpc.enable_channelz": 0 });
  // If gRPC bound the port, it would load its resolvers of names.
  const { injectConnection } = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  let serving: Promise<void> | undefined;
  const listener = createServer((socket) => {
    serving?.then(
      () => injectConnection(socket),
      () => socket.destroy(),
    );
  });
  await once(listener.listen(0, "127.0.0.1"), "listening");
  writeSync(STANDARD_OUTPUT, `${(listener.address() as AddressInfo).port}\n`);
  serving = import("./serve.js").then(({ serve }) => serve(server, root, args.at(-1)));
  await serving;
}
