import { createHash } from "node:crypto";
import type { OtherProcesses, PoolNote } from "../ipam/pool/other-processes";
import { RunNotes } from "./run-notes";

/** The version of the notes' form. It changes if another version of this package would misread them. */
const FORM = 1;

/** The processes of one engine command that have the same target. */
export function openOtherProcesses(target: string, notes = new RunNotes()): OtherProcesses {
  const topic = `pools-${FORM}-${createHash("sha256").update(target).digest("hex").slice(0, 16)}`;
  const read = notes.reader(topic);
  return {
    tell: (note) => notes.tell(topic, note),
    told: () => read().map(({ value, ...told }) => ({ ...told, note: value as PoolNote })),
  };
}
