/** The plugin's gRPC service in this process, called over loopback as an engine does, and its messages to that engine. */
import type { ServerUnaryCall, ServiceError, sendUnaryData } from "@grpc/grpc-js";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import { MESSAGE_LIMITS } from "../../provider/plugin/message-limits";
import { providerService } from "../../provider/plugin/service";
import type { Compose } from "../../provider/plugin/session";
import { Empty, grpc } from "../../provider/pulumi/grpc";
import type { Rows } from "../../provider/resources/registry";
import { repository } from "../testbed/cache";

export interface Logged {
  readonly severity: "warning" | "info" | "other";
  readonly message: string;
  readonly urn: string;
  readonly ephemeral: boolean;
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

export class ProviderProcess {
  private constructor(
    readonly client: ResourceProviderClient,
    readonly logged: readonly Logged[],
    /** The engine's last argument of the process. */
    readonly engineAddress: string,
    private readonly servers: readonly import("@grpc/grpc-js").Server[],
  ) {}

  /** Knows its engine from its start on. With `isAttached`, Handshake or Attach names it. */
  static async start(
    compose: Compose,
    { isAttached = false, registry }: { isAttached?: boolean; registry?: Rows } = {},
  ): Promise<ProviderProcess> {
    const logged: Logged[] = [];
    const engine = new grpc.Server();
    engine.addService(EngineService, recorder(logged));
    const engineAddress = `127.0.0.1:${await listen(engine)}`;
    const provider = new grpc.Server(MESSAGE_LIMITS);
    provider.addService(
      ResourceProviderService,
      providerService(repository, isAttached ? undefined : engineAddress, compose, undefined, registry),
    );
    const address = `127.0.0.1:${await listen(provider)}`;
    const client = new ResourceProviderClient(address, grpc.credentials.createInsecure(), MESSAGE_LIMITS);
    return new ProviderProcess(client, logged, engineAddress, [provider, engine]);
  }

  /** One call: `ask((client, done) => client.getSchema(request, done))`. Rejects with the ServiceError. */
  ask<Response>(call: (client: ResourceProviderClient, done: Done<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      call(this.client, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  cancel(): Promise<EmptyMessage> {
    return this.ask<EmptyMessage>((client, done) => client.cancel(new Empty(), done));
  }

  warnings(): string[] {
    return this.logged.filter(({ severity }) => severity === "warning").map(({ message }) => message);
  }

  stop(): void {
    this.client.close();
    for (const server of this.servers) server.forceShutdown();
  }
}

export function recorder(logged: Logged[]): IEngineServer {
  const severities = new Map<number, Logged["severity"]>([
    [LogSeverity.WARNING, "warning"],
    [LogSeverity.INFO, "info"],
  ]);
  return {
    log: ({ request }: ServerUnaryCall<LogRequest, EmptyMessage>, done: sendUnaryData<EmptyMessage>) => {
      const severity = severities.get(request.getSeverity()) ?? "other";
      const [message, urn, ephemeral] = [request.getMessage(), request.getUrn(), request.getEphemeral()];
      logged.push({ severity, message, urn, ephemeral });
      done(null, new Empty());
    },
  } as unknown as IEngineServer;
}

export function listen(server: import("@grpc/grpc-js").Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
