/**
 * Warnings for the user. A check's answer has no place for them and `pulumi.log` is not connected in a provider
 * process, so they go to the engine's own log, whose address is the last argument of that process.
 */
import { createRequire } from "node:module";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Tells the user. Never fails and never takes longer than the deadline: a warning is not worth an operation. */
export type Warn = (messages: readonly string[]) => Promise<void>;

export interface LogClient {
  log(request: LogRequest, done: (error: Error | null) => void): unknown;
}

const LOG_DEADLINE_MS = 2_000;

/** Says each message once: many resources of a process may find the same. */
export function warnOnce(connect: () => LogClient | undefined): Warn {
  const said = new Set<string>();
  let client: LogClient | undefined;
  return async (messages) => {
    const unsaid = [...new Set(messages)].filter((message) => !said.has(message));
    if (unsaid.length === 0) return;
    for (const message of unsaid) said.add(message);
    try {
      client ??= connect();
      if (client === undefined) return;
      for (const message of unsaid) await send(client, message);
    } catch {
      // Nobody is listening.
    }
  };
}

function send(client: LogClient, message: string): Promise<void> {
  const request = new LogRequest();
  request.setSeverity(LogSeverity.WARNING);
  request.setMessage(message);
  return new Promise((resolve, reject) => {
    client.log(request, (error) => (error ? reject(error) : resolve()));
  });
}

/** The engine that started this process, if an engine did. */
export function connectEngine(argv: readonly string[] = process.argv): LogClient | undefined {
  const address = argv.at(-1) ?? "";
  if (!/^[^/\s]+:\d+$/.test(address)) return undefined;
  // Pulumi's own gRPC library, found from Pulumi: strict package layouts do not show it to us.
  const grpc: typeof import("@grpc/grpc-js") = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  return {
    log: (request, done) => engine.log(request, new grpc.Metadata(), { deadline: Date.now() + LOG_DEADLINE_MS }, done),
  };
}
