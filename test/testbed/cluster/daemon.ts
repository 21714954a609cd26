import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually";
import type { Keeper } from "./keeper";

/** The command of a server of the cluster. */
export interface DaemonSpec {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether it is ready. Gets its log since its start. */
  isReady(log: string): Promise<boolean> | boolean;
}

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

  /** Its process id. undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it, with these additional arguments (the last one of a flag counts), and waits until it is ready. */
  async start(...args: string[]): Promise<void> {
    const { name, command, isReady } = this.spec;
    if (this.child !== undefined) throw new Error(`${name} runs already. Stop it first.`);
    const earlier = statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
    const logged = (): string => readFileSync(this.log).subarray(earlier).toString();
    const child = this.launch([...command, ...args]);
    let ended: string | undefined;
    const end = (how: string): void => {
      ended = `${name} ended during its start: ${how}.`;
      this.child = undefined;
      this.keeper.forget(child.pid ?? 0);
    };
    child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    try {
      await once(child, "spawn");
      await eventually(`${name} is ready`, () => ended !== undefined || isReady(logged()));
      if (ended !== undefined) throw new Error(ended);
    } catch (error) {
      const lines = logged().trimEnd().split("\n").slice(-20);
      await this.stop();
      throw new Error([(error as Error).message, `The last lines of ${this.log}:`, ...lines].join("\n"));
    }
  }

  /** Asks it to end, and kills it if it does not. Does nothing if it does not run. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    child.kill("SIGCONT"); // a paused process receives no other signal
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exit;
    clearTimeout(timer);
  }

  async restart(...args: string[]): Promise<void> {
    await this.stop();
    await this.start(...args);
  }

  /** Ends it like a power cut. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  /** Freezes it: its connections stay open, and it does not answer. */
  pause(): void {
    this.child?.kill("SIGSTOP");
  }

  resume(): void {
    this.child?.kill("SIGCONT");
  }

  /** In a session of its own, so that Ctrl-C in a terminal only reaches the tests, and servers end in order. */
  private launch([file = "", ...args]: readonly string[]): ChildProcess {
    const log = openSync(this.log, "a");
    const env = { HOME: this.keeper.root, PATH: process.env.PATH }; // nothing of the developer's environment
    const child = spawn(file, args, { env, detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
    child.unref();
    if (child.pid !== undefined) {
      this.child = child;
      this.keeper.watch(child.pid);
    }
    return child;
  }
}
