import { type ChildProcess, execFileSync, spawn } from "node:child_process";

/** The result of a finished command. */
export interface Ran {
  readonly command: string;
  /** Exit code; -1 after a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order of arrival. */
  readonly all: string;
  readonly seconds: number;
}

/** No command and no wait of a test takes so long, even on a busy machine. */
export const HANG_MS = 5 * 60_000;

/**
 * No build takes so long, nor do all builds of a suite on a cold machine. Two quiet cores need a quarter of an hour for all.
 * With other builds and tests on them, the API server alone has taken more than half an hour.
 */
export const COLD_MS = 3 * 60 * 60_000;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The command's input. Default: empty. */
  readonly stdin?: string;
  /** After this time the command is stopped, and the run rejects with its output. Default: long enough to be a hang. */
  readonly timeoutMs?: number;
  /** Gets each piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** A running command. */
export interface Running {
  readonly pid: number;
  readonly done: Promise<Ran>;
  /** Signals only the command. The tree of its children stays, as after a `kill -9` of the CLI. */
  signal(name: NodeJS.Signals): void;
  /** Ends the command and all its children. */
  stop(): void;
}

const live = new Set<Running>();
process.on("exit", stopEverything);

/** Ends all running commands, each with its children, by id. Also runs when the process ends for any reason. */
export function stopEverything(): void {
  for (const running of live) running.stop();
}

/** Starts a command. It never outlives this process. */
export function start(file: string, args: readonly string[], options: RunOptions = {}): Running {
  const command = [file.split("/").at(-1), ...args].join(" ");
  const began = Date.now();
  const { cwd, env, stdin, timeoutMs = HANG_MS } = options;
  const child = spawn(file, args, { cwd, env, stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
  child.stdin?.on("error", () => undefined); // a command may end without reading it all
  child.stdin?.end(stdin);
  const heard = listen(child, options.onOutput);
  const stop = (): void => killTree(child);
  const done = new Promise<Ran>((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`${command}: ${error.message}`));
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      live.delete(running);
      const ran: Ran = { command, code: code ?? -1, ...heard(), seconds: (Date.now() - began) / 1000 };
      if (late)
        reject(new Error(`${command}: stopped, because it did not end within ${timeoutMs / 1000} s.\n${ran.all}`));
      else resolve(ran);
    });
  });
  const running: Running = { pid: child.pid ?? 0, done, signal: (name) => child.kill(name), stop };
  if (child.pid !== undefined) live.add(running);
  return running;
}

/** Runs a command to its end. A non-zero exit is a result, not an error. */
export const run = (file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  start(file, args, options).done;

/** Runs a command that must succeed; otherwise the error shows all of its output. */
export async function runOrFail(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ran = await run(file, args, options);
  if (ran.code !== 0) throw new Error(`${ran.command}: exit code ${ran.code}\n${ran.all}`);
  return ran;
}

function listen(child: ChildProcess, onOutput?: (text: string) => void): () => Pick<Ran, "stdout" | "stderr" | "all"> {
  const text = { stdout: "", stderr: "", all: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (piece: string) => {
      text[name] += piece;
      text.all += piece;
      onOutput?.(piece);
    });
  }
  return () => text;
}

/** Follows the parents, because Pulumi puts its plugins into separate process groups, and a group signal would miss them. */
function killTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  for (const pid of [...descendants(child.pid), child.pid]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // ended by itself in the meantime
    }
  }
}

function descendants(root: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const parent of found) for (const [pid, ppid] of pairs) if (ppid === parent && pid) found.push(pid);
  return found.slice(1);
}
