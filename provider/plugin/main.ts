/** The provider process: a gRPC server on loopback. It writes its port to standard output as the first line. */
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { composeForPulumi } from "../pulumi/compose";
import { grpc } from "../pulumi/grpc";
import { RunNotes } from "../pulumi/run-notes";
import { CallsUnderWay, endInOrder } from "./ending";
import { MESSAGE_LIMITS } from "./message";
import { RunEnd } from "./run-end";
import { type Ending, providerService } from "./service";

/** `root`: the package's folder. The last argument is the engine's address. Without it, the engine will attach later. */
export async function main(root: string, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const server = new grpc.Server(MESSAGE_LIMITS);
  const [calls, cancellation] = [new CallsUnderWay(), new AbortController()];
  const notes = new RunNotes();
  const ending: Ending = { signal: cancellation.signal, run: new RunEnd(notes), notes };
  const service = providerService(root, args.at(-1), composeForPulumi, ending);
  server.addService(ResourceProviderService, calls.counted(service));
  endInOrder(calls, () => cancellation.abort(), ending);
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  process.stdout.write(`${port}\n`);
}
