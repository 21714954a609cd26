/** A stack with several providers. Each run has a process for each of them, and these share what they know. */
import { type Ends, type Functions, type Handlers, handlersOver } from "../../provider/compose";
import { KnownState } from "../../provider/plugin/known-state";
import { openOtherProcesses } from "../../provider/pulumi/other-processes";
import { RunNotes } from "../../provider/pulumi/run-notes";
import type * as life from "../../provider/resources/handler";
import type { Properties, ResourceOwner } from "../../provider/resources/handler";
import { registry } from "../../provider/resources/registry";
import type { Store } from "../../provider/store/store";
import { type Declared, type Preview, Stack, testEnvironment } from "./program";

export interface Provided extends Declared {
  /** The name of the provider. */
  readonly by: string;
}

export function by(provider: string, ...declared: readonly Declared[]): Provided[] {
  return declared.map((one) => ({ ...one, by: provider }));
}

interface Process {
  readonly pid: number;
  readonly handlers: Handlers & Functions & Ends;
  readonly state: KnownState;
}

let commands = 0;
let started = 0;
let drawn = 0;

export class ProvidersStack extends Stack {
  private command = "";
  private isWhole = false;
  /** Provider → its id in the engine. */
  private readonly ids = new Map<string, string>();
  /** Resource → its provider, and what its inputs in state say of providers. */
  private readonly had = new Map<string, { readonly by: string; readonly inputs: Properties }>();
  private asked = new Map<string, string>();
  private isUpdate = false;
  private run = 0;
  private processes = new Map<string, Process>();

  /** `folder`: where the processes of each run leave notes for each other. */
  constructor(
    store: Store,
    private readonly folder: string,
  ) {
    super(store, "metal/dev", testEnvironment());
  }

  override preview(program: readonly Provided[]): Promise<Preview> {
    this.begin(program, false);
    return super.preview(program);
  }

  override async update(program: readonly Provided[]): Promise<string[]> {
    this.begin(program, true);
    const steps = await super.update(program);
    for (const as of this.had.keys()) if (!this.asked.has(as)) this.had.delete(as);
    return steps;
  }

  /** One command. The processes of its update see what those of its preview have noted. */
  override async up(program: readonly Provided[]): Promise<string[]> {
    this.command = `command-${++commands}`;
    this.isWhole = true;
    try {
      return await super.up(program);
    } finally {
      this.isWhole = false;
    }
  }

  /** The answer of a function through a provider, in the last run. */
  async ask(provider: string, name: keyof Functions, args: Properties): Promise<Properties> {
    return (await this.process(provider).handlers[name].invoke(args)).result;
  }

  /** Checks new resources, several at a time, as an engine does. */
  checkAtOnce(program: readonly Provided[]): Promise<life.CheckResponse[]> {
    this.begin(program, false);
    const handlers = this.handlers();
    const checks = program.map(({ kind, as, args }) => {
      return handlers[kind].check({ owner: this.owner(as), olds: undefined, news: args });
    });
    return Promise.all(checks);
  }

  /** A destroy has no resources and starts no new provider. The providers in state delete the rest. */
  override destroy(): Promise<string[]> {
    return this.update([]);
  }

  override handlers(): Handlers & Functions & Ends {
    const routed = Object.keys(registry.resources).map((kind) => [kind, this.route(kind as keyof Handlers)]);
    const endRun = async (patienceMs: number) => {
      for (const { handlers } of this.processes.values()) await handlers.endRun(patienceMs);
    };
    return { ...Object.fromEntries(routed), endRun };
  }

  private begin(program: readonly Provided[], isUpdate: boolean): void {
    this.asked = new Map(program.map((one) => [one.as, one.by]));
    this.isUpdate = isUpdate;
    if (!this.isWhole) this.command = `command-${++commands}`;
    this.run += 1;
    this.processes = new Map();
  }

  private process(provider: string): Process {
    const known = this.processes.get(provider);
    if (known) return known;
    if (this.isUpdate && !this.ids.has(provider)) this.ids.set(provider, `id-${++drawn}`);
    const pid = ++started;
    const isAlive = (one: number) => one === pid || [...this.processes.values()].some((process) => process.pid === one);
    const notes = new RunNotes(this.folder, this.command, { pid, isAlive });
    const environment = { ...this.environment, run: `run-${this.run}`, others: openOtherProcesses("target", notes) };
    const made = {
      pid,
      state: new KnownState(this.ids.get(provider), notes),
      handlers: handlersOver(this.store, environment, this.namespace),
    };
    this.processes.set(provider, made);
    return made;
  }

  private route(kind: keyof Handlers): life.Handler {
    const at = ({ resource = "" }: ResourceOwner) => {
      const provider = this.asked.get(resource) ?? this.had.get(resource)?.by ?? "";
      const { handlers, state } = this.process(provider);
      return { provider, state, resource, handler: handlers[kind] };
    };
    const sent = <Request extends { readonly owner: ResourceOwner }>(request: Request) => {
      const { state, handler } = at(request.owner);
      return { handler, request: { ...request, owner: { ...request.owner, state } } };
    };
    return {
      kind,
      preview: (inputs) => this.process([...this.processes.keys()][0] ?? "").handlers[kind].preview(inputs),
      check: (given) => {
        const { provider, state, resource } = at(given.owner);
        const inputs = state.noteInputs(this.had.get(resource)?.inputs ?? {});
        if (this.isUpdate) this.had.set(resource, { by: provider, inputs });
        const { handler, request } = sent(given);
        return handler.check(request);
      },
      diff: (given) => {
        at(given.owner).state.note(given.olds);
        const { handler, request } = sent(given);
        return handler.diff(request);
      },
      create: (given) => {
        const { handler, request } = sent(given);
        return handler.create(request);
      },
      update: (given) => {
        const { handler, request } = sent(given);
        return handler.update(request);
      },
      read: () => Promise.reject(new Error("not read here")),
      delete: (given) => {
        const { handler, request } = sent(given);
        return handler.delete(request);
      },
    };
  }
}
