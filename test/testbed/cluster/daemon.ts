import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually";
import type { Keeper } from "./keeper";

/** How a server of the cluster is run. */
export interface DaemonSpec {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether it serves; asked again and again while it starts. */
  readonly isReady: () => Promise<boolean>;
}

const startMs = 60_000;
const graceMs = 10_000;

/** A server of the cluster: one process, whose output goes to a file in the cluster's folder. */
export class Daemon {
  readonly log: string;
  private child: ChildProcess | undefined;

  constructor(
    private readonly spec: DaemonSpec,
    private readonly keeper: Keeper,
  ) {
    this.log = join(keeper.root, `${spec.name}.log`);
  }

  /** Its process id, or undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it, with these arguments more, and waits until it serves. */
  async start(...args: string[]): Promise<void> {
    if (this.child !== undefined) throw new Error(`${this.spec.name} runs already`);
    const child = this.spawn(args);
    let ended = "";
    child.once("exit", (code, signal) => {
      ended = `ended (${signal ?? `exit code ${code}`})`;
      this.child = undefined;
      this.keeper.forget(child.pid ?? 0);
    });
    child.once("error", (error) => {
      ended = error.message;
      this.child = undefined;
    });
    try {
      await eventually(`${this.spec.name} is ready`, async () => ended !== "" || this.spec.isReady(), startMs);
      if (ended !== "") throw new Error(`${this.spec.name} ${ended} while it started`);
    } catch (error) {
      const tail = this.tail();
      await this.stop();
      throw new Error(`${(error as Error).message}\n${this.log} ends:\n${tail}`);
    }
  }

  /** Asks it to end, and ends it if it does not. Stopping what does not run does nothing. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    child.kill("SIGCONT"); // a paused process hears nothing else
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exit;
    clearTimeout(timer);
  }

  async restart(...args: string[]): Promise<void> {
    await this.stop();
    await this.start(...args);
  }

  /** Freezes it: its connections stay open, and nothing is answered. */
  pause(): void {
    this.child?.kill("SIGSTOP");
  }

  resume(): void {
    this.child?.kill("SIGCONT");
  }

  /** The last lines of its log. */
  tail(lines = 20): string {
    return readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** In a session of its own, so that Ctrl-C in a terminal reaches the tests alone, and servers end in order. */
  private spawn(args: readonly string[]): ChildProcess {
    const [file = "", ...fixed] = this.spec.command;
    const log = openSync(this.log, "a");
    const env = { HOME: this.keeper.root, PATH: process.env.PATH };
    const child = spawn(file, [...fixed, ...args], { env, detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
    child.unref();
    this.child = child;
    if (child.pid !== undefined) this.keeper.watch(child.pid);
    return child;
  }
}
