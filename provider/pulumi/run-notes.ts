/**
 * Notes between the provider processes of one engine command. They are lines of one file in this user's own folder, so all
 * processes see one order. If the engine's process is not visible, or the folder is not writable, a process is alone.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { engineCommand, isWatching } from "./engine-command";
import { appendLines, isOwnFolder, ownFolder } from "./own-folder";

export interface Note {
  readonly value: unknown;
  /** The id of the process that wrote the note. */
  readonly teller: number;
  readonly isOwn: boolean;
  /** Whether that process still runs. The engine ends all of them between preview and update. */
  readonly isAlive: boolean;
}

/** This process, and the test whether another process of the run is alive. */
export interface Member {
  readonly pid: number;
  isAlive(pid: number): boolean;
}

export class RunNotes {
  private readonly file: string;
  /** The lines that were read so far, by topic. */
  private readonly lines = new Map<string, string[]>();
  /** How many bytes of the file were read. */
  private offset = 0;

  constructor(
    private readonly folder = ownFolder(),
    command = engineCommand(),
    private readonly member: Member = { pid: process.pid, isAlive },
    /**
     * Whether the engine runs many updates. Then notes of ended processes belong to an earlier update, not to this one's
     * preview, and are ignored.
     */
    private readonly isOneOfMany = isWatching(),
  ) {
    this.file = join(folder, `run-${createHash("sha256").update(command).digest("hex").slice(0, 16)}`);
  }

  tell(topic: string, value: unknown): void {
    appendLines(this.folder, this.file, [`${this.member.pid} ${topic} ${JSON.stringify(value, bigIntsAsText)}`]);
  }

  /** Each call of the returned function returns the notes about the topic since the last call. */
  reader(topic: string): () => Note[] {
    let known = 0;
    return () => {
      this.readOn();
      const lines = this.lines.get(topic) ?? [];
      const fresh = lines.slice(known);
      known = lines.length;
      return fresh.flatMap((line) => this.noteOf(line) ?? []);
    };
  }

  /** Reads what was appended since the last time, once for all topics. */
  private readOn(): void {
    for (const line of this.appended()) {
      const [, topic = ""] = line.split(" ", 2);
      const known = this.lines.get(topic) ?? [];
      this.lines.set(topic, known);
      known.push(line);
    }
  }

  /** Complete lines only, because another process may still be writing the last one. */
  private appended(): string[] {
    try {
      // Most looks find nothing new.
      const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
      if (size <= this.offset || !isOwnFolder(this.folder)) return [];
      const file = openSync(this.file, "r");
      try {
        const bytes = Buffer.alloc(size - this.offset);
        const read = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, this.offset));
        const length = read.lastIndexOf("\n") + 1;
        this.offset += length;
        return read.subarray(0, length).toString("utf8").split("\n").slice(0, -1);
      } finally {
        closeSync(file);
      }
    } catch {
      return [];
    }
  }

  private noteOf(line: string): Note | undefined {
    const [pid = "", , ...rest] = line.split(" ");
    const teller = Number(pid);
    try {
      const isAlive = this.member.isAlive(teller);
      if (this.isOneOfMany && !isAlive) return undefined;
      const value: unknown = JSON.parse(rest.join(" "), textsAsBigInts);
      return { value, teller, isOwn: teller === this.member.pid, isAlive };
    } catch {
      return undefined;
    }
  }
}

/** Addresses contain big integers, which JSON does not have. */
const bigIntsAsText = (_key: string, value: unknown) => (typeof value === "bigint" ? { bigInt: String(value) } : value);
const textsAsBigInts = (_key: string, value: unknown) => {
  const text = (value as { readonly bigInt?: unknown } | null)?.bigInt;
  return typeof text === "string" ? BigInt(text) : value;
};

/** kill(2): signal 0 only tests the process. EPERM means that it belongs to another user. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
