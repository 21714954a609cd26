/** The engine's log, opened at the first message. Most processes have none, and gRPC's client takes long to load. */
import type { EngineLog } from "../pulumi/engine-log";

export function lateLog(open: () => Promise<EngineLog>): EngineLog {
  let opening: Promise<EngineLog | undefined> | undefined;
  const log = () => {
    // A message must not end an operation, whatever fails.
    opening ??= open().catch(() => undefined);
    return opening;
  };
  return {
    // Without messages there is nothing to open.
    warn: async (messages, urn) => (messages.length > 0 ? (await log())?.warn(messages, urn) : undefined),
    note: async (messages, urn) => (messages.length > 0 ? (await log())?.note(messages, urn) : undefined),
    status(urn, text) {
      void log().then((opened) => opened?.status(urn, text));
    },
  };
}
