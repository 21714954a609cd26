/**
 * The plugin's service in this process, for the commands of one project: the engine attaches to it, and starts none of the
 * three to five processes that a command otherwise has. For tests of what the resources do. Other tests show the calls of a
 * process, its environment and its end: there the engine starts the packed plugin itself.
 */
import type { ServerUnaryCall } from "@grpc/grpc-js";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { MESSAGE_LIMITS } from "../../provider/plugin/message-limits";
import { RunEnd } from "../../provider/plugin/run-end";
import { providerService } from "../../provider/plugin/service";
import { composeForPulumi } from "../../provider/pulumi/compose";
import { grpc } from "../../provider/pulumi/grpc";
import { repository } from "./cache";

export interface AttachedPlugin {
  /** The environment that tells the engine. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

type Verb = (call: ServerUnaryCall<unknown, unknown>, done?: unknown) => void;
type Verbs = Readonly<Record<string, Verb>>;

export async function attachPlugin(): Promise<AttachedPlugin> {
  // A separate service for each connection, because the engine opens one connection for each process.
  const services = new Map<string, Verbs>();
  const endings: AbortController[] = [];
  const start = (): Verbs => {
    const cancellation = new AbortController();
    endings.push(cancellation);
    const ending = { signal: cancellation.signal, run: new RunEnd() };
    return providerService(repository, undefined, composeForPulumi, ending) as unknown as Verbs;
  };
  const verbs = Object.keys(start()).map((name): [string, Verb] => [
    name,
    (call, done) => {
      const peer = call.getPeer();
      const service = services.get(peer) ?? start();
      services.set(peer, service);
      service[name]?.(call, done);
    },
  ]);
  const server = new grpc.Server(MESSAGE_LIMITS);
  server.addService(ResourceProviderService, Object.fromEntries(verbs) as unknown as IResourceProviderServer);
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    env: { PULUMI_DEBUG_PROVIDERS: `metal3-ipam:${port}` },
    close() {
      for (const ending of endings) ending.abort();
      server.forceShutdown();
    },
  };
}
