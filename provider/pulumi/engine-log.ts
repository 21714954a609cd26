/**
 * Messages for the user in addition to a result. A provider's answers have no field for them, and `pulumi.log` is not
 * connected in a provider process. So they go to the engine's own log (proto/pulumi/engine.proto).
 */
import { createHash } from "node:crypto";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { grpc } from "./grpc";
import type { RunNotes } from "./run-notes";

export interface LogClient {
  log(request: LogRequest, done: (error: Error | null) => void): unknown;
}

/** It never fails and never takes longer than the deadline, because a message must not endanger an operation. */
export interface EngineLog {
  /**
   * Sends each message once per command, because many resources may have the same. `urn`: the resource that the message is
   * about.
   */
  warn(messages: readonly string[], urn?: string): Promise<void>;
  /** The same for information that needs no action. */
  note(messages: readonly string[], urn?: string): Promise<void>;
  /**
   * Shows the progress of a resource's operation in its row until the next text, and then drops it. Without a terminal, each
   * text becomes a line. So an equal text is not repeated, and another one follows after a second at the earliest. "": the
   * stack's row.
   */
  status(urn: string, text: string): void;
}

const TOPIC = "said";

const LOG_DEADLINE_MS = 2_000;

const STATUS_EVERY_MS = 1_000;

/** `connect` is called until it returns an engine. */
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
      // The engine is not listening.
    }
  }

  /**
   * An update does not repeat the messages of its preview. The notes have no text but only digests, because they are stored
   * in a file.
   */
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

/** Connects to the engine at an address. The last argument of this process is the address of the engine that started it. */
export function connectEngine(address: string | undefined = process.argv.at(-1)): LogClient | undefined {
  if (address === undefined || !/^[^/\s]+:\d+$/.test(address)) return undefined;
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  return {
    log: (request, done) => engine.log(request, new grpc.Metadata(), { deadline: Date.now() + LOG_DEADLINE_MS }, done),
  };
}
