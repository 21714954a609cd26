/** A store in memory for provider processes. The next process finds what one has left. */
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { handlersOver } from "../../provider/compose";
import type { Environment } from "../../provider/ipam/environment";
import { structOf } from "../../provider/plugin/message";
import type { Compose } from "../../provider/plugin/session";
import type { WireProperties } from "../../provider/pulumi/wire";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { testEnvironment } from "../resources/program";
import { ProviderProcess } from "./provider-process";

export interface Backend {
  readonly store: Store;
  readonly compose: Compose;
  /** Starts with an empty store. */
  renew(): void;
}

/** A new store for each test. It ignores the directory or namespace of the configuration. */
export function useMemory(changes: Partial<Environment> = {}, open: () => Store = openMemoryStore): Backend {
  let store: Store;
  const renew = () => {
    store = open();
  };
  beforeEach(renew);
  return {
    renew,
    get store() {
      return store;
    },
    compose: async (_config, cancelled) => {
      const environment = testEnvironment({ ...changes, cancelled });
      return { handlers: handlersOver(store, environment, "metal3"), warnings: [] };
    },
  };
}

export async function configure(provider: ProviderProcess, args: WireProperties = {}): Promise<void> {
  const request = new proto.ConfigureRequest();
  request.setArgs(structOf(args));
  await provider.ask<proto.ConfigureResponse>((client, done) => client.configure(request, done));
}

/** Configured processes over a backend, stopped after each test. */
export function useProcesses({ compose }: Pick<Backend, "compose">): () => Promise<ProviderProcess> {
  const started: ProviderProcess[] = [];
  afterEach(() => {
    for (const provider of started.splice(0)) provider.stop();
  });
  return async () => {
    const provider = await ProviderProcess.start(compose);
    started.push(provider);
    await configure(provider);
    return provider;
  };
}
