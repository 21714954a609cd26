/** Which command of the engine this process serves: all processes of one `pulumi up` descend from it, in both phases. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A word that tells it from any other command of this machine: the engine's process and its start. */
export function engineCommand(): string {
  const { pid, found } = engine();
  return createHash("sha256").update(`${pid} ${found?.startTicks}`).digest("hex").slice(0, 8);
}

const TARGETS = /^--(target|target-replace|exclude)(=|$)/;
/** Flags of one letter may share a word, `-yft` say. Those before `t` or `x` take no value. */
const SHORT_TARGETS = /^-[dejfQry]*[tx]/;
/** The engine's CLI reads its flags from variables as well. */
const TARGET_VARIABLES = ["TARGET", "TARGET_REPLACE", "EXCLUDE"].map((name) => `PULUMI_OPTION_${name}`);

/** Whether the command is for some resources of the program only: the engine shows the others to no provider. */
export function isOfTargets(words = wordsOfEngine(), env: NodeJS.ProcessEnv = process.env): boolean {
  return (
    words.some((word) => TARGETS.test(word) || SHORT_TARGETS.test(word)) ||
    TARGET_VARIABLES.some((name) => (env[name] ?? "") !== "")
  );
}

/** `pulumi watch` makes one update after the other, without previews, in one process of the engine. */
export function isWatching([, ...words] = wordsOfEngine()): boolean {
  return words.find((word) => !word.startsWith("-")) === "watch";
}

/** Empty where the command line cannot be read (proc(5)). */
function wordsOfEngine(): string[] {
  try {
    return readFileSync(`/proc/${engine().pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** A dynamic provider is started by one, pulumi-resource-pulumi-nodejs: Linux calls it by the first 15 letters of that. */
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

/** proc(5): `pid (name) state ppid …`, the start in field 22. Undefined where there is no such file. */
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
