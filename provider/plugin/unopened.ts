/**
 * Handlers of a backend that could not be opened: its kubeconfig is gone, say. The engine reads with the configuration
 * that the last update has left in state, and the program may have a better one by now: what state knows stays.
 */
import type { Composition } from "../compose";
import { wording } from "../ipam/wording";
import type * as life from "../resources/handler";
import { registry } from "../resources/registry";
import type { Registry } from "../resources/row";

export function unopenedHandlers(error: Error, rows: Registry = registry): Composition["handlers"] {
  const refused = async (): Promise<never> => {
    throw error;
  };
  const entries = [
    ...Object.entries(rows.resources).map(([name, { kind }]) => [name, unopened(kind, error, refused)]),
    ...Object.entries(rows.functions).map(([name, { kind }]) => [name, { kind, invoke: refused }]),
    ["list", refused],
    ["endRun", async () => undefined],
  ];
  return Object.fromEntries(entries) as Composition["handlers"];
}

function unopened(kind: string, error: Error, refused: () => Promise<never>): life.Handler {
  return {
    kind,
    check: refused,
    preview: (inputs) => inputs,
    // Nothing gets here but what was read: a check has failed.
    diff: async () => ({ changed: [], replaces: [], deleteBeforeReplace: false, stables: [] }),
    create: refused,
    read: async ({ id, state }) => {
      if (Object.keys(state).length === 0) throw error;
      return { id, outputs: state, warnings: [wording.stateKeptUnopened(error.message)] };
    },
    update: refused,
    delete: refused,
  };
}
