/** Puts the floors together for one configuration: a store, the promises over it, the four handlers. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { namespaceName } from "./api/names";
import type { Config } from "./config";
import type { Environment } from "./ipam/environment";
import { Ipam } from "./ipam/ipam";
import { openPreviewMemory } from "./ipam/ledger/preview-memory";
import type { Handler } from "./resources/handler";
import { IPClaimHandler } from "./resources/ip-claim/ip-claim";
import { IPPoolHandler } from "./resources/ip-pool/ip-pool";
import { PreAllocationHandler } from "./resources/pre-allocation/pre-allocation";
import { PreAllocationSetHandler } from "./resources/pre-allocation/pre-allocation-set";
import { withTarget } from "./resources/targeted";
import { openFileStore } from "./store/file/file-store";
import type { Store, Target } from "./store/store";

export interface Handlers {
  readonly ipPool: Handler;
  readonly ipClaim: Handler;
  readonly preAllocation: Handler;
  readonly preAllocationSet: Handler;
}

/** How long an operation waits for a pool to appear, or for its holders to leave. */
const WAIT_MS = 10_000;
/** Metal3's controller limits itself to 20 requests a second, and one pass over a busy pool lasts seconds. */
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

/** Real time and chance, and what this user's previews have shown of a target. */
export function systemEnvironment({ id }: Target): Environment {
  return { ...system, previews: openPreviewMemory(id, system.now) };
}

/** Throws where the configuration names no store, or two. */
export async function compose(config: Config): Promise<Handlers> {
  const store = openStore(config);
  return handlersOver(store, systemEnvironment(store.target), namespaceOf(config));
}

export function handlersOver(store: Store, environment: Environment, defaultNamespace: string): Handlers {
  const ipam = new Ipam(store, environment);
  const { target } = store;
  return {
    ipPool: withTarget(new IPPoolHandler(ipam, defaultNamespace), target),
    ipClaim: withTarget(new IPClaimHandler(ipam, defaultNamespace), target),
    preAllocation: withTarget(new PreAllocationHandler(ipam, defaultNamespace), target),
    preAllocationSet: withTarget(new PreAllocationSetHandler(ipam, defaultNamespace), target),
  };
}

function openStore({ directory, kubeconfig, context }: Config): Store {
  if (directory !== undefined && (kubeconfig !== undefined || context !== undefined)) {
    throw new Error(
      "metal3-ipam:directory and metal3-ipam:kubeconfig or :context exclude each other: remove one with pulumi config rm",
    );
  }
  if (directory !== undefined) return openFileStore(directory);
  throw new Error(
    "metal3-ipam:directory is not set, and clusters are not served yet: " +
      "choose a folder for the manifests with pulumi config set metal3-ipam:directory ./manifests",
  );
}

function namespaceOf({ namespace = "default" }: Config): string {
  const read = namespaceName.safeParse(namespace);
  if (read.success) return read.data;
  throw new Error(`metal3-ipam:namespace "${namespace}" ${read.error.issues[0]?.message ?? "is not a namespace"}`);
}
