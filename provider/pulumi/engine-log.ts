/**
 * What the user is told beside a result. A provider's answers have no place for it and `pulumi.log` is not connected in a
 * provider process, so it goes to the engine's own log (proto/pulumi/engine.proto).
 */
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { grpc } from "./grpc";

export interface LogClient {
  log(request: LogRequest, done: (error: Error | null) => void): unknown;
}

/** Never fails and never takes longer than the deadline: a message is not worth an operation. */
export interface EngineLog {
  /** Says each message once in the life of a process: many resources may find the same. `urn`: whom it is about. */
  warn(messages: readonly string[], urn?: string): Promise<void>;
  /** The same of what is worth knowing and asks for nothing. */
  note(messages: readonly string[], urn?: string): Promise<void>;
  /**
   * What a resource's operation is at: shown in its row until the next one, and forgotten. Where nobody sits at a terminal
   * each is a line, so the same text is said once, and another one a second later at the earliest. "": the stack's row.
   */
  status(urn: string, text: string): void;
}

const LOG_DEADLINE_MS = 2_000;

const STATUS_EVERY_MS = 1_000;

/** `connect` is asked until it knows an engine. */
export function engineLog(connect: () => LogClient | undefined, now: () => number = Date.now): EngineLog {
  const said = new Set<string>();
  const rows = new Map<string, { readonly text: string; readonly at: number }>();
  let client: LogClient | undefined;

  async function send(fill: (request: LogRequest) => void): Promise<void> {
    const request = new LogRequest();
    fill(request);
    try {
      client ??= connect();
      await new Promise<void>((resolve) => (client ? client.log(request, () => resolve()) : resolve()));
    } catch {
      // Nobody is listening.
    }
  }

  const saying =
    (severity: LogSeverity) =>
    async (messages: readonly string[], urn = "") => {
      const unsaid = [...new Set(messages)].filter((message) => !said.has(message));
      for (const message of unsaid) {
        said.add(message);
        await send((request) => {
          request.setSeverity(severity);
          request.setMessage(message);
          request.setUrn(urn);
        });
      }
    };

  return {
    warn: saying(LogSeverity.WARNING),
    note: saying(LogSeverity.INFO),
    status(urn, text) {
      const row = rows.get(urn);
      if (row && (row.text === text || now() - row.at < STATUS_EVERY_MS)) return;
      rows.set(urn, { text, at: now() });
      void send((request) => {
        request.setSeverity(LogSeverity.INFO);
        request.setMessage(text);
        request.setUrn(urn);
        request.setEphemeral(true);
      });
    },
  };
}

/** The engine at an address; the one that started this process is its last argument. */
export function connectEngine(address: string | undefined = process.argv.at(-1)): LogClient | undefined {
  if (address === undefined || !/^[^/\s]+:\d+$/.test(address)) return undefined;
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  return {
    log: (request, done) => engine.log(request, new grpc.Metadata(), { deadline: Date.now() + LOG_DEADLINE_MS }, done),
  };
}
