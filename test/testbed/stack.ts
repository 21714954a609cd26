import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { keptKey } from "./key-keeper";
import { mainFile, type Runtime, writeProjectFile } from "./program";
import { expectSucceeded, type PulumiResult, readResult } from "./result";
import { type Ran, type Running, start } from "./run";

/** The place of a project, and the start of its CLI. */
export interface ProjectContext {
  readonly name: string;
  /** The Pulumi program. */
  readonly folder: string;
  /** Folder of Pulumi's state. */
  readonly backend: string;
  /** Folder of the embedded store, if one is configured. */
  readonly directory: string | undefined;
  /** The Pulumi CLI. */
  readonly cli: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runtime: Runtime | undefined;
  /** Gets each command, so that none outlives the engine. */
  readonly onStart: (running: { stop(): void }) => void;
}

/** A stack's state as `pulumi stack export` gives it. */
export interface StackExport {
  readonly version: number;
  readonly deployment: {
    resources?: { urn: string; id?: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[];
    [other: string]: unknown;
  };
}

/** A running command. Its result comes from the engine's events. */
export interface RunningPulumi extends Omit<Running, "done"> {
  readonly done: Promise<PulumiResult>;
}

/** One stack. Each method is one command of the CLI. A failing command is a result, too (`expectSucceeded`). */
export class Stack {
  readonly folder: string;
  readonly backend: string;
  /** Folder of the embedded store, if one is configured. */
  readonly directory: string | undefined;
  private logs = 0;

  constructor(
    private readonly project: ProjectContext,
    public name: string,
  ) {
    ({ folder: this.folder, backend: this.backend, directory: this.directory } = project);
  }

  /**
   * Creates the stack, with this configuration in addition to the
   * project's folder store: the files that `stack init` would write.
   */
  async create(config: Readonly<Record<string, string>>): Promise<this> {
    const store = this.directory === undefined ? {} : { "metal3-ipam:directory": this.directory };
    const settings = { ...keptKey, config: { ...store, ...config } };
    await writeFile(this.settings, stringify(settings));
    const stack = `organization/${this.project.name}/${this.name}`;
    const latest = { manifest: { time: new Date(), magic: "", version: "" }, metadata: {} };
    await mkdir(dirname(this.state), { recursive: true });
    await writeFile(this.state, JSON.stringify({ version: 3, checkpoint: { stack, latest } }));
    await writeFile(join(this.backend, ".pulumi", "meta.yaml"), "version: 1\n");
    return this;
  }

  /** Another stack of the same project and backend. `metal3-ipam:directory` is the same, unless `config` has another. */
  async sibling(name: string, config: Readonly<Record<string, string>> = {}): Promise<Stack> {
    return new Stack(this.project, name).create(config);
  }

  /** The same stack, for commands with more environment. */
  within(env: Readonly<Record<string, string>>): Stack {
    return new Stack({ ...this.project, env: { ...this.project.env, ...env } }, this.name);
  }

  /** Only the update, which is faster. */
  up(...args: string[]): Promise<PulumiResult> {
    return this.start("up", "--yes", "--skip-preview", ...args).done;
  }

  /** A preview, then the update, in one command, as users do. The result has the update's rows. */
  upAfterPreview(...args: string[]): Promise<PulumiResult> {
    return this.start("up", "--yes", ...args).done;
  }

  /** `preview("--diff")` has the difference in `stdout`. */
  preview(...args: string[]): Promise<PulumiResult> {
    return this.start("preview", ...args).done;
  }

  /** The document that `pulumi preview --json` prints. */
  async previewJson(...args: string[]): Promise<{ steps: { op: string; urn: string }[]; [other: string]: unknown }> {
    return JSON.parse(expectSucceeded(await this.preview("--json", ...args)).stdout);
  }

  refresh(...args: string[]): Promise<PulumiResult> {
    return this.start("refresh", "--yes", "--skip-preview", ...args).done;
  }

  destroy(...args: string[]): Promise<PulumiResult> {
    return this.start("destroy", "--yes", "--skip-preview", ...args).done;
  }

  /** A running operation, for tests that interrupt it. */
  start(operation: string, ...args: string[]): RunningPulumi {
    this.logs += 1;
    const log = join(this.folder, `.events-${this.name}-${this.logs}.json`);
    const running = this.launch([operation, ...args, "--event-log", log]);
    const done = running.done.then((ran) => readResult(ran, log)).finally(() => rm(log, { force: true }));
    return { ...running, done };
  }

  /** Any other command. The stack is the current one. */
  pulumi(...args: string[]): Promise<Ran> {
    return this.launch(args).done;
  }

  /** Stack outputs with secrets in plain text. */
  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(expectSucceeded(await this.pulumi("stack", "output", "--json", "--show-secrets")).stdout);
  }

  /** The output of `pulumi stack export`, from the file of the state. */
  async stackExport(): Promise<StackExport> {
    const { version, checkpoint } = JSON.parse(await readFile(this.state, "utf8"));
    return { version, deployment: checkpoint.latest };
  }

  async stackImport(state: StackExport, ...args: string[]): Promise<Ran> {
    const file = join(this.folder, `.import-${this.name}.json`);
    await writeFile(file, JSON.stringify(state));
    return this.pulumi("stack", "import", "--file", file, ...args).finally(() => rm(file));
  }

  async renameStack(name: string): Promise<void> {
    expectSucceeded(await this.pulumi("stack", "rename", name));
    this.name = name;
  }

  /** Replaces the main file. All stacks of the project see it. */
  setProgram(source: string): Promise<void> {
    return writeProjectFile(this.folder, mainFile(this.project.runtime), source);
  }

  /** Does to the stack's file what `pulumi config set` does. */
  async setConfig(key: string, value: string): Promise<void> {
    const { config, ...others } = parse(await readFile(this.settings, "utf8"));
    await writeFile(this.settings, stringify({ ...others, config: { ...config, [key]: value } }));
  }

  /** The value is encrypted in the stack's settings. It goes through standard input, because a command line is no secret. */
  async setSecret(key: string, value: string): Promise<void> {
    expectSucceeded(await this.launch(["config", "set", "--secret", key], value).done);
  }

  private get settings(): string {
    return join(this.folder, `Pulumi.${this.name}.yaml`);
  }

  private get state(): string {
    return join(this.backend, ".pulumi", "stacks", this.project.name, `${this.name}.json`);
  }

  private launch(args: readonly string[], stdin?: string): Running {
    const env = { ...this.project.env, PULUMI_STACK: this.name };
    const options = { cwd: this.folder, env, stdin };
    const running = start(this.project.cli, [...args, "--non-interactive"], options);
    this.project.onStart(running);
    return running;
  }
}
