/**
 * One backend for all resources of a provider process.
 *
 * Why `configure` only stores: the dynamic provider host calls it at the first use of each resource class and does not
 * await it for calls that come meanwhile (in a refresh 11 of 12 reads came before it had ended). What is stored in the
 * same turn of the event loop is there for all of them; the rest is one promise that each call awaits.
 */
import type { dynamic } from "@pulumi/pulumi";
import type { Config } from "../config";
import { readConfig } from "../pulumi/settings";
import { pulumiWords } from "../pulumi/vocabulary";
import { doorWording } from "../pulumi/wording";
import type { Handler } from "../resources/handler";

export interface Session<Handlers> {
  configure(config: dynamic.Config): void;
  handlers(): Promise<Handlers>;
}

/** Opens nothing yet: `compose` runs at the first need. */
export function startSession<Handlers extends { readonly [kind in keyof Handlers]: Handler }>(
  compose: (config: Config) => Promise<Handlers>,
): Session<Handlers> {
  let stackConfig: dynamic.Config | undefined;
  let handlers: Promise<Handlers> | undefined;

  async function connect(): Promise<Handlers> {
    if (stackConfig === undefined) throw new Error(doorWording.notConfigured);
    const config = stackConfig;
    return compose(readConfig((key) => config.get(pulumiWords.setting(key))));
  }

  return {
    configure: (config) => {
      stackConfig = config;
    },
    // A failure is kept as well. The process lives for one preview, update or refresh, with one configuration: a
    // backend that cannot be opened fails all resources at once, and not each of a thousand after its own deadline.
    handlers: () => {
      handlers ??= connect();
      return handlers;
    },
  };
}
