import path from "node:path";
import { type Config, isKubeconfigContent } from "../config";
import { pulumiWords } from "./vocabulary";

/** A setting as the engine has it; undefined where it is not set. */
export type Setting = (key: keyof Config) => string | undefined;

/** Stack configuration as the program's folder means it: a relative path starts there. */
export function readConfig(setting: Setting): Config {
  const text = (key: keyof Config) => notEmpty(key, setting(key));
  const directory = text("directory");
  const kubeconfig = text("kubeconfig");
  return {
    directory: directory === undefined ? undefined : path.resolve(directory),
    kubeconfig: kubeconfig === undefined || isKubeconfigContent(kubeconfig) ? kubeconfig : fromHere(kubeconfig),
    context: text("context"),
    allowExec: flag("allowExec", text("allowExec")),
    namespace: text("namespace"),
  };
}

/** What begins with `~` starts in the user's home, which is found where the file is read. */
function fromHere(file: string): string {
  return /^~(?=$|[/\\])/.test(file) ? file : path.resolve(file);
}

function flag(key: keyof Config, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(`${pulumiWords.setting(key)} is "${value}": write true or false`);
}

/** An empty setting is a mistake (an unset variable in a script), and must not silently choose another backend. */
function notEmpty(key: keyof Config, value: string | undefined): string | undefined {
  if (value?.trim() === "") {
    throw new Error(`${pulumiWords.setting(key)} is empty: give it a value, or remove it with ${pulumiWords.removing}`);
  }
  return value;
}
