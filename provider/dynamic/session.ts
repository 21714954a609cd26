/**
 * One backend for all resources of a provider process.
 *
 * Why `configure` only stores: the dynamic provider host calls it at the first use of each resource class and does not
 * await it for calls that come meanwhile (in a refresh 11 of 12 reads came before it had ended). What is stored in the
 * same turn of the event loop is there for all of them; the rest is one promise that each call awaits.
 */
import path from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import { type Config, isKubeconfigContent } from "../config";
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
    if (stackConfig === undefined) throw new Error("metal3-ipam: used before it was configured");
    return compose(readConfig(stackConfig));
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

/** Stack configuration as the program's folder means it: a relative path starts there. */
export function readConfig(stackConfig: dynamic.Config): Config {
  const directory = setting(stackConfig, "directory");
  const kubeconfig = setting(stackConfig, "kubeconfig");
  return {
    directory: directory === undefined ? undefined : path.resolve(directory),
    kubeconfig: kubeconfig === undefined || isKubeconfigContent(kubeconfig) ? kubeconfig : fromHere(kubeconfig),
    context: setting(stackConfig, "context"),
    allowExec: flag(stackConfig, "allowExec"),
    namespace: setting(stackConfig, "namespace"),
  };
}

/** What begins with `~` starts in the user's home, which is found where the file is read. */
function fromHere(file: string): string {
  return /^~(?=$|[/\\])/.test(file) ? file : path.resolve(file);
}

function flag(stackConfig: dynamic.Config, key: keyof Config): boolean | undefined {
  const value = setting(stackConfig, key);
  if (value === undefined) return undefined;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(`metal3-ipam:${key} is "${value}": write true or false`);
}

/** An empty setting is a mistake (an unset variable in a script), and must not silently choose another backend. */
function setting(stackConfig: dynamic.Config, key: keyof Config): string | undefined {
  const value = stackConfig.get(`metal3-ipam:${key}`);
  if (value?.trim() === "") {
    throw new Error(`metal3-ipam:${key} is empty: give it a value, or remove it with pulumi config rm`);
  }
  return value;
}
