/**
 * Finds the engine's command that this process serves. All processes of one `pulumi up` descend from the engine's process,
 * in preview and update.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A word that identifies the command on this machine. It is made from the id and the start time of the engine's process. */
export function engineCommand(): string {
  const { pid, found } = engine();
  return createHash("sha256").update(`${pid} ${found?.startTicks}`).digest("hex").slice(0, 8);
}

const TARGETS = /^--(target|target-replace|exclude)(=|$)/;
/** Flags of one letter may share a word, for example `-yft`. The flags before `t` or `x` take no value. */
const SHORT_TARGETS = /^-[dejfQry]*[tx]/;
/** The engine's CLI also reads its flags from variables. */
const TARGET_VARIABLES = ["TARGET", "TARGET_REPLACE", "EXCLUDE"].map((name) => `PULUMI_OPTION_${name}`);

/** Whether the command is only for some resources of the program. The engine shows the others to no provider. */
export function isOfTargets(words = wordsOfEngine(), env: NodeJS.ProcessEnv = process.env): boolean {
  return (
    words.some((word) => TARGETS.test(word) || SHORT_TARGETS.test(word)) ||
    TARGET_VARIABLES.some((name) => (env[name] ?? "") !== "")
  );
}

/** `pulumi watch` runs many updates without previews in one process of the engine. */
export function isWatching([, ...words] = wordsOfEngine()): boolean {
  return words.find((word) => !word.startsWith("-")) === "watch";
}

/** Empty if the command line cannot be read (proc(5)). */
function wordsOfEngine(): string[] {
  try {
    return readFileSync(`/proc/${engine().pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/**
 * A shell script starts a dynamic provider: pulumi-resource-pulumi-nodejs. Linux keeps the first 15 characters of its name.
 */
const SHELL_SCRIPT = /^(sh|dash|bash|pulumi-resource)$/;

function engine(): { readonly pid: number; readonly found: ProcessStatus | undefined } {
  let pid = process.ppid;
  let found = statusOf(pid);
  while (found && SHELL_SCRIPT.test(found.name)) {
    pid = found.parent;
    found = statusOf(pid);
  }
  return { pid, found };
}

interface ProcessStatus {
  readonly name: string;
  readonly parent: number;
  readonly startTicks: string | undefined;
}

/** proc(5): `pid (name) state ppid …`, with the start time in field 22. Undefined if there is no such file. */
function statusOf(pid: number): ProcessStatus | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const rest = text.slice(end + 2).split(" ");
    return { name: text.slice(text.indexOf("(") + 1, end), parent: Number(rest[1]), startTicks: rest[19] };
  } catch {
    return undefined;
  }
}
