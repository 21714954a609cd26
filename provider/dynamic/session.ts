/**
 * One backend for all resources of a provider process.
 *
 * `configure` only stores, because the dynamic provider host calls it at the first use of each resource class. The host does
 * not await it for calls that arrive meanwhile (in a refresh, 11 of 12 reads came before it had ended). A value that is
 * stored in the same turn of the event loop is available to all calls. Everything else is one promise that each call awaits.
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

/** Opens nothing yet, because `compose` runs at the first use. */
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
    // A failure is kept too. The process lives for one preview, update or refresh, with one configuration. So if a backend
    // cannot be opened, all resources fail at once, and not each of a thousand after its own deadline.
    handlers: () => {
      handlers ??= connect();
      return handlers;
    },
  };
}
