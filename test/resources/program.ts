/**
 * Runs declared resources through the handlers in the order of the engine, with one "process" for each run. For tests
 * without an engine.
 */
import assert from "node:assert/strict";
import { type Ends, type Functions, type Handlers, handlersOver } from "../../provider/compose";
import type { Environment } from "../../provider/ipam/environment";
import { noPreviewMemory } from "../../provider/ipam/pool/preview-memory";
import { type PrintedFailure, printed } from "../../provider/pulumi/failed-check";
import { pulumiWords } from "../../provider/pulumi/vocabulary";
import { holdsUnknown } from "../../provider/resources/arguments";
import type * as life from "../../provider/resources/handler";
import { type Handler, linesOf, type Properties, type ResourceOwner } from "../../provider/resources/handler";
import type { Store } from "../../provider/store/store";

export interface Declared {
  readonly kind: keyof Handlers;
  /** The logical name. */
  readonly as: string;
  readonly args: Properties;
}

export interface Kept {
  readonly kind: keyof Handlers;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** It was deleted before its replacement was created. The engine calls this pending replacement. */
  readonly isGone?: true;
}

/** The state of a stack, as the engine would keep it. */
export type State = Map<string, Kept>;

export class Refused extends Error {
  constructor(readonly failures: readonly (PrintedFailure & { readonly resource: string })[]) {
    super(failures.map(({ resource, property, reason }) => `${resource}: ${property}: ${reason}`).join("\n"));
  }
}

export interface Preview {
  readonly inputs: Map<string, Properties>;
  readonly steps: string[];
  readonly drift: string[];
  readonly warnings: string[];
  readonly notes: string[];
}

/** The behaviour of an engine. */
export interface Manner {
  /** Each run reads everything in state before it checks anything, as if a plugin had asked for it. */
  readonly reads: boolean;
  /** Replaced resources are deleted at the end of the run, as an engine does. Otherwise at once. */
  readonly deletesLast?: true;
  /** The handlers of one process. */
  readonly open: (store: Store, environment: Environment, namespace: string) => Handlers & Functions & Ends;
}

/** The behaviour of the dynamic resources. */
const plain: Manner = { reads: false, open: handlersOver };

let minted = 0;
let runs = 0;

/** A clock that moves only during a sleep. */
export function testEnvironment(changes: Partial<Environment> = {}): Environment {
  let now = 0;
  return {
    now: () => now,
    sleep: async (delayMs) => {
      now += delayMs;
    },
    random: () => 0.5,
    mintToken: () => `token-${++minted}`,
    run: "run-0",
    tellsEnd: true,
    waitMs: 1_000,
    controllerWaitMs: 2_000,
    previews: noPreviewMemory,
    words: pulumiWords,
    ...changes,
  };
}

/** A stack that deletes replaced resources last. */
export function lastDeletingStack(store: Store, name?: string): Stack {
  return new Stack(store, name, testEnvironment(), "metal3", { ...plain, deletesLast: true });
}

export class Stack {
  state: State = new Map();
  /** The id of the state in the engine, if a door gets one. */
  stateId: string | undefined;
  /** Replaced resources that are to be deleted at the end of a run. */
  private replaced: ((handlers: Handlers) => Promise<void>)[] = [];

  constructor(
    readonly store: Store,
    readonly name = "metal/dev",
    readonly environment: Environment = testEnvironment(),
    readonly namespace = "metal3",
    readonly manner = plain,
  ) {}

  /** The same stack on another store: a store with meddling, or the one in a new configuration. */
  over(store: Store): Stack {
    const stack = new Stack(store, this.name, this.environment, this.namespace, this.manner);
    stack.state = this.state;
    stack.stateId = this.stateId;
    stack.replaced = this.replaced;
    return stack;
  }

  /** Checks and diffs everything. Throws Refused with all failures. Its reads are for this preview only. */
  async preview(program: readonly Declared[]): Promise<Preview> {
    const handlers = this.handlers();
    const { checked, steps, ...said } = await this.plan(program, handlers, await this.read(handlers));
    return { inputs: checked, steps: [...steps.entries()].map(([name, step]) => `${step} ${name}`), ...said };
  }

  /** A preview, then the update in a process of its own. Returns the steps. */
  async up(program: readonly Declared[]): Promise<string[]> {
    await this.preview(program);
    return this.update(program);
  }

  /** The update without a preview, as with `--skip-preview`. */
  async update(program: readonly Declared[]): Promise<string[]> {
    const handlers = this.handlers();
    for (const [as, kept] of await this.read(handlers)) this.state.set(as, kept);
    const taken: string[] = [];
    for (const one of program) {
      const { checked, steps } = await this.plan([one], handlers, this.state, "update");
      const step = steps.get(one.as)!;
      const inputs = checked.get(one.as)!;
      taken.push(`${step} ${one.as}`);
      await this.apply(handlers[one.kind], one, step, inputs);
    }
    while (this.replaced.length > 0) {
      await this.replaced[0]!(handlers);
      this.replaced.shift();
    }
    const gone = [...this.state].filter(([as]) => !program.some((one) => one.as === as)).reverse();
    for (const [as, kept] of gone) {
      if (!kept.isGone) await handlers[kept.kind].delete({ owner: this.owner(as), id: kept.id, state: kept.outputs });
      this.state.delete(as);
      taken.push(`delete ${as}`);
    }
    if (this.environment.tellsEnd) await handlers.endRun(Number.POSITIVE_INFINITY);
    return taken;
  }

  destroy(): Promise<string[]> {
    return this.up([]);
  }

  outputs(as: string): Properties {
    return this.state.get(as)!.outputs;
  }

  handlers(): Handlers & Functions & Ends {
    // A later run can tell what an earlier run has given up.
    return this.manner.open(this.store, { ...this.environment, run: `run-${++runs}` }, this.namespace);
  }

  private async read(handlers: Handlers): Promise<State> {
    if (!this.manner.reads) return this.state;
    const read = [...this.state].map(async ([as, kept]): Promise<[string, Kept]> => {
      const { id, kind, inputs, outputs: state } = kept;
      const found = await handlers[kind].read({ owner: this.owner(as), id, inputs, state });
      return [as, { ...kept, inputs: found.inputs ?? inputs, outputs: found.outputs }];
    });
    return new Map(await Promise.all(read));
  }

  protected owner(resource: string): ResourceOwner {
    const { name: stack, stateId: id } = this;
    const holds = (token: string) => [...this.state.values()].some(({ outputs }) => outputs.token === token);
    const state =
      id === undefined ? undefined : { id, holds, isKnown: (one: string) => one === id, learn: () => undefined };
    return { stack, resource, state };
  }

  private async apply(handler: Handler, one: Declared, step: string, inputs: Properties): Promise<void> {
    const owner = this.owner(one.as);
    const kept = this.state.get(one.as);
    if (step === "replace" && kept) {
      const { deleteBeforeReplace } = await handler.diff({ owner, id: kept.id, olds: kept.outputs, news: inputs });
      const old = { owner, id: kept.id, state: kept.outputs };
      const again = await handler.check({ owner, olds: undefined, news: one.args });
      if (again.failures.length > 0)
        throw new Refused(again.failures.map((f) => ({ ...printed(f), resource: one.as })));
      if (deleteBeforeReplace && !kept.isGone) await handler.delete(old);
      if (deleteBeforeReplace) this.state.set(one.as, { ...kept, isGone: true });
      const { id, outputs } = await handler.create({ owner, inputs: again.inputs });
      if (!deleteBeforeReplace && !this.manner.deletesLast) await handler.delete(old);
      else if (!deleteBeforeReplace) this.replaced.push((handlers) => handlers[kept.kind].delete(old));
      this.state.set(one.as, { kind: one.kind, id, inputs: again.inputs, outputs });
      return;
    }
    if (step === "create") {
      const { id, outputs } = await handler.create({ owner, inputs });
      this.state.set(one.as, { kind: one.kind, id, inputs, outputs });
    } else if (step === "update" && kept) {
      const oldInputs = this.manner.reads ? kept.inputs : undefined;
      const { outputs } = await handler.update({ owner, id: kept.id, olds: kept.outputs, oldInputs, news: inputs });
      this.state.set(one.as, { ...kept, inputs, outputs });
    } else if (kept) {
      this.state.set(one.as, { ...kept, inputs });
    }
  }

  private async plan(program: readonly Declared[], handlers: Handlers, state: State, phase = "preview") {
    const checked = new Map<string, Properties>();
    const steps = new Map<string, "create" | "same" | "update" | "replace">();
    const drift: string[] = [];
    const warnings: string[] = [];
    const notes: string[] = [];
    const failures: (PrintedFailure & { resource: string })[] = [];
    const atEnd: life.CheckResponse["atEnd"][] = [];
    for (const { kind, as, args } of program) {
      const kept = state.get(as);
      const owner = this.owner(as);
      const response = await handlers[kind].check({ owner, olds: kept?.inputs, news: args });
      // An engine ignores the rest of such an answer.
      if (phase === "update") assert.ok(!holdsUnknown(response.inputs), `${as}: unexpected unknown property value`);
      failures.push(...response.failures.map((failure) => ({ ...printed(failure), resource: as })));
      checked.set(as, response.inputs);
      drift.push(...linesOf(response.drift));
      warnings.push(...response.warnings, ...(response.stackWarnings ?? []));
      notes.push(...(response.notes ?? []));
      atEnd.push(response.atEnd);
      if (!kept) {
        steps.set(as, "create");
        continue;
      }
      const diff = await handlers[kind].diff({ owner, id: kept.id, olds: kept.outputs, news: response.inputs });
      const isUpdate = diff.changed.length + response.drift.length > 0;
      steps.set(as, diff.replaces.length > 0 || kept.isGone ? "replace" : isUpdate ? "update" : "same");
    }
    if (failures.length > 0) throw new Refused(failures);
    for (const say of atEnd) warnings.push(...((await say?.()) ?? []));
    return { checked, steps, drift, warnings, notes };
  }
}
