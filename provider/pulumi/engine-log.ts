/**
 * What the user is told beside a result. A provider's answers have no place for it and `pulumi.log` is not connected in a
 * provider process, so it goes to the engine's own log (proto/pulumi/engine.proto).
 */
import { createHash } from "node:crypto";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { grpc } from "./grpc";
import type { RunNotes } from "./run-notes";

export interface LogClient {
  log(request: LogRequest, done: (error: Error | null) => void): unknown;
}

/** Never fails and never takes longer than the deadline: a message is not worth an operation. */
export interface EngineLog {
  /** Says each message once in a command: many resources may find the same. `urn`: the resource it is about. */
  warn(messages: readonly string[], urn?: string): Promise<void>;
  /** The same of what is worth knowing and asks for nothing. */
  note(messages: readonly string[], urn?: string): Promise<void>;
  /**
   * What a resource's operation is at: shown in its row until the next one, and forgotten. Where nobody sits at a terminal
   * each is a line, so the same text is said once, and another one a second later at the earliest. "": the stack's row.
   */
  status(urn: string, text: string): void;
}

const TOPIC = "said";

const LOG_DEADLINE_MS = 2_000;

const STATUS_EVERY_MS = 1_000;

/** `connect` is asked until it knows an engine. */
export function engineLog(
  connect: () => LogClient | undefined,
  { now = Date.now, notes }: { readonly now?: () => number; readonly notes?: RunNotes | undefined } = {},
): EngineLog {
  const said = new Set<string>();
  const heard = notes?.reader(TOPIC);
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

  /** An update does not repeat what its preview has said. The notes have no text, for they lie in a file. */
  function isNew(message: string): boolean {
    for (const { value } of heard?.() ?? []) said.add(String(value));
    const digest = createHash("sha256").update(message).digest("base64url");
    if (said.has(digest)) return false;
    said.add(digest);
    notes?.tell(TOPIC, digest);
    return true;
  }

  const saying =
    (severity: LogSeverity) =>
    async (messages: readonly string[], urn = "") => {
      for (const message of messages) {
        if (!isNew(message)) continue;
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
