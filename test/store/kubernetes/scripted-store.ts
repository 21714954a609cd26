import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { type KubernetesStore, openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import { mergePatch } from "../../../provider/store/merge-patch";
import type { MergePatch } from "../../../provider/store/store";
import { poolManifest } from "../manifests";
import { openConnection } from "./connected";
import { ManualTiming } from "./manual-timing";
import { kubeconfigFor } from "./opened";
import { type ScriptedServer, type Step, scriptedServer } from "./scripted-server";

export interface Scripted {
  readonly store: KubernetesStore;
  readonly server: ScriptedServer;
  readonly timing: ManualTiming;
}

export const UNIQUE = "test/token";

export const poolKey = { namespace: "default", name: "pool1" };
export const poolPath = "/apis/ipam.metal3.io/v1alpha1/namespaces/default/ippools/pool1";
export const poolsPath = "/apis/ipam.metal3.io/v1alpha1/namespaces/default/ippools";
export const poolKind = IP_POOL;

/** A stored IPPool default/pool1, as a server would answer it. */
export function storedPool(version: number, change: MergePatch = {}, uid = "uid-1"): object {
  const pool = poolManifest("pool1");
  const stored = { ...pool, metadata: { ...pool.metadata, uid, resourceVersion: String(version) } };
  return mergePatch(stored, change);
}

/** Gives a suite a new store over a new scripted server for each test. */
export function useScripted(timing: () => ManualTiming = () => new ManualTiming()) {
  const open: Scripted[] = [];
  afterEach(async () => {
    for (const { store, server } of open.splice(0)) {
      await store.close();
      await server.close();
    }
  });
  return async (steps: Step[], user: object = {}, time = timing()): Promise<Scripted> => {
    const server = await scriptedServer(steps);
    const connection = await openConnection({ content: kubeconfigFor(server.url, user), allowExec: true, env: {} });
    const store = openKubernetesStore(connection, { uniqueAnnotation: UNIQUE, timing: time });
    const scripted = { store, server, timing: time };
    open.push(scripted);
    return scripted;
  };
}
