import { homedir } from "node:os";
import path from "node:path";
import { type Config, isKubeconfigContent } from "../config";
import { DELETE_UNREACHABLE, pulumiWords } from "./vocabulary";
import { doorWording } from "./wording";

/** A setting of the engine. Undefined if it is not set. */
export type Setting = (key: keyof Config) => string | undefined;

/** The stack configuration. A relative path starts in the program's folder. */
export function readConfig(setting: Setting, environment: NodeJS.ProcessEnv = process.env): Config {
  const text = (key: keyof Config) => notEmpty(key, setting(key));
  const directory = text("directory");
  const kubeconfig = text("kubeconfig");
  return {
    directory: directory === undefined ? undefined : folderOf(directory),
    kubeconfig: kubeconfig === undefined || isKubeconfigContent(kubeconfig) ? kubeconfig : fromHere(kubeconfig),
    context: text("context"),
    allowExec: flag(pulumiWords.setting("allowExec"), text("allowExec")),
    deleteUnreachable:
      flag(pulumiWords.setting("deleteUnreachable"), text("deleteUnreachable")) ??
      flag(DELETE_UNREACHABLE, environment[DELETE_UNREACHABLE] || undefined),
    namespace: text("namespace"),
  };
}

const HOME = /^~(?=$|[/\\])/;

/** A path that begins with `~` starts in the user's home. The code that reads the file resolves it. */
function fromHere(file: string): string {
  return HOME.test(file) ? file : path.resolve(file);
}

function folderOf(directory: string): string {
  if (HOME.test(directory)) return path.join(homedir(), directory.slice(1));
  // In a shell, `~name` is another user's home, so a folder of that name is hardly meant.
  if (!directory.startsWith("~")) return path.resolve(directory);
  throw new Error(doorWording.tilde(directory));
}

function flag(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(doorWording.flag(name, value));
}

/** An empty setting is a mistake, for example an unset variable in a script. It must not silently choose another backend. */
function notEmpty(key: keyof Config, value: string | undefined): string | undefined {
  if (value?.trim() === "") throw new Error(doorWording.empty(key));
  return value;
}
