/** Builds the floors for one configuration: a store, the ipam over it, and the handlers. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { namespaceName } from "./api/names";
import { type Config, isKubeconfigContent, type SettingWords } from "./config";
import type { Environment } from "./ipam/environment";
import { Ipam } from "./ipam/ipam";
import { TOKEN_ANNOTATION } from "./ipam/metal3/marks";
import type { OtherProcesses } from "./ipam/pool/other-processes";
import type { PreviewMemory } from "./ipam/pool/preview-memory";
import type { Vocabulary } from "./ipam/vocabulary";
import { orText } from "./ipam/wording";
import { BackendHandler } from "./resources/backend-handler";
import type { FunctionHandler, Handler, Properties } from "./resources/handler";
import { type List, listOver } from "./resources/list";
import { registry as rows } from "./resources/registry";
import { withRemedy } from "./resources/remedy";
import type { Registry } from "./resources/row";
import type { Store, Target } from "./store/store";

export type Handlers = HandlersOf<typeof rows>;
export type Functions = FunctionsOf<typeof rows>;

/** A handler for each row. */
export type HandlersOf<Rows extends Registry> = { readonly [name in keyof Rows["resources"]]: Handler };
export type FunctionsOf<Rows extends Registry> = { readonly [name in keyof Rows["functions"]]: FunctionHandler };

export interface Lists {
  readonly list: List;
}

/** The end of a run, if the door reports it. */
export interface Ends {
  /** See `Ipam.endRun`. */
  endRun(patienceMs: number): Promise<void>;
}

/** How long an operation waits for a pool to appear, or for its holders to leave. */
const WAIT_MS = 10_000;
/**
 * Longer, because Metal3's controller limits itself to 20 requests a second, and one pass over a busy pool takes seconds.
 */
const CONTROLLER_WAIT_MS = 120_000;

const system = {
  now: () => Date.now(),
  sleep: async (delayMs: number) => {
    await setTimeout(delayMs);
  },
  random: () => Math.random(),
  mintToken: () => randomUUID(),
  waitMs: WAIT_MS,
  controllerWaitMs: CONTROLLER_WAIT_MS,
};

/** The knowledge of the door that the floors below need. */
export interface Door {
  /** The names of its commands and settings in messages. */
  readonly words: Vocabulary;
  /** See `Environment.run`. */
  run(): string;
  /** See `Environment.tellsEnd`. */
  readonly tellsEnd: boolean;
  /**
   * The addresses that this user's previews have shown for a target. `noPreviewMemory` if the door's plans hold by
   * themselves.
   */
  previews(targetId: string, now: () => number): PreviewMemory;
  /** The other processes of the run with the same target. Absent if a run has one process. */
  others?(targetId: string): OtherProcesses;
}

/** The environment with real time and randomness. `cancelled` ends waits. */
export function systemEnvironment({ id }: Target, door: Door, cancelled?: AbortSignal): Environment {
  const { words, tellsEnd } = door;
  const [previews, others] = [door.previews(id, system.now), door.others?.(id)];
  return { ...system, run: door.run(), tellsEnd, previews, others, words, cancelled };
}

/** The handlers for one configuration. */
export interface Composition {
  readonly handlers: Handlers & Functions & Lists & Ends;
  /** Warnings about the backend itself, to be reported once. */
  readonly warnings: readonly string[];
}

/** Reports what the backend is waiting for, whichever resource asks. */
export type Tell = (text: string) => void;

/** Throws if the configuration names no backend, or two. It does not ask the backend yet. */
export async function compose(config: Config, door: Door, cancelled?: AbortSignal, tell?: Tell): Promise<Composition> {
  const { words } = door;
  const { store, namespace, warnings } = await openBackend(config, words, { cancelled, tell });
  const deletesUnreached = config.deleteUnreachable;
  const environment = { ...systemEnvironment(store.target, door, cancelled), deletesUnreached };
  return { handlers: handlersOver(store, environment, namespaceOf(config, words, namespace)), warnings };
}

/** `registry`: absent for the registry of the package. */
export function handlersOver<Rows extends Registry>(
  store: Store,
  environment: Environment,
  defaultNamespace: string,
  registry: Rows,
): HandlersOf<Rows> & FunctionsOf<Rows> & Lists & Ends;
export function handlersOver(
  store: Store,
  environment: Environment,
  defaultNamespace: string,
): Handlers & Functions & Lists & Ends;
export function handlersOver(
  store: Store,
  environment: Environment,
  defaultNamespace: string,
  registry: Registry = rows,
): object {
  const ipam = new Ipam(store, environment);
  const { target, apiServer } = store;
  const { words } = environment;
  const asked = <Answer>(work: Promise<Answer>) => (apiServer ? withRemedy(words, target, work) : work);
  const list = listOver(ipam, defaultNamespace, registry);
  const resources = Object.entries(registry.resources).map(([name, row]) => {
    return [name, new BackendHandler(row.open(ipam, defaultNamespace), row, store, environment)];
  });
  const functions = Object.entries(registry.functions).map(([name, row]) => {
    if ("answer" in row) return [name, { kind: row.kind, invoke: async (args: Properties) => row.answer(args) }];
    const inner = row.open(ipam, defaultNamespace);
    const handler: FunctionHandler = { kind: inner.kind, invoke: (args) => asked(inner.invoke(args)) };
    return [name, handler];
  });
  const lists: Lists = { list: (name, query) => asked(list(name, query)) };
  const ends: Ends = { endRun: (patienceMs) => ipam.endRun(patienceMs) };
  return { ...Object.fromEntries([...resources, ...functions]), ...lists, ...ends };
}

interface Backend {
  readonly store: Store;
  /** The namespace of the kubeconfig context. */
  readonly namespace?: string | undefined;
  readonly warnings: readonly string[];
}

interface Patience {
  readonly cancelled: AbortSignal | undefined;
  readonly tell: Tell | undefined;
}

/** Loads the code of the store that is used: a folder of manifests needs no HTTP client. */
async function openBackend(config: Config, words: SettingWords, patience: Patience): Promise<Backend> {
  const { directory, kubeconfig, context, allowExec } = config;
  if (directory === undefined) return openCluster(config, words, patience);
  if (kubeconfig === undefined && context === undefined && allowExec === undefined) {
    const { openFileStore } = await import("./store/file/file-store.js");
    return { store: openFileStore(directory, { namespace: config.namespace }), warnings: [] };
  }
  throw new Error(
    `${words.setting("directory")} and ${orText(words.settings(["kubeconfig", "context", "allowExec"]))} exclude each other. ` +
      `Remove one with \`${words.removing}\`.`,
  );
}

async function openCluster(
  { kubeconfig, context, allowExec }: Config,
  words: SettingWords,
  patience: Patience,
): Promise<Backend> {
  const { openConnection } = await import("./store/kubernetes/connection.js");
  const named = kubeconfig === undefined ? {} : { [isKubeconfigContent(kubeconfig) ? "content" : "path"]: kubeconfig };
  const connection = await openConnection({ ...named, context, allowExec, env: process.env, words });
  const { openKubernetesStore } = await import("./store/kubernetes/kubernetes-store.js");
  const { namespace, warnings } = connection;
  const store = openKubernetesStore(connection, { uniqueAnnotation: TOKEN_ANNOTATION, ...patience });
  return { store, namespace, warnings };
}

function namespaceOf({ namespace }: Config, words: SettingWords, ofContext = "default"): string {
  const read = namespaceName.safeParse(namespace ?? ofContext);
  if (read.success) return read.data;
  const what = namespace === undefined ? "The namespace of the kubeconfig's context" : words.setting("namespace");
  throw new Error(`${what} "${namespace ?? ofContext}" ${read.error.issues[0]?.message ?? "is not a namespace."}`);
}
