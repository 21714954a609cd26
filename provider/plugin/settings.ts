/** The provider's own inputs: stack configuration `metal3-ipam:*`, or the arguments of an explicit provider. */

import { doorWording } from "../pulumi/wording";
import { readArguments } from "../resources/arguments";
import { configuration } from "../resources/configuration";
import type { CheckFailure, Properties } from "../resources/handler";

/** Inputs that the engine and the SDKs add to the settings. */
const OF_THE_ENGINE: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "pluginChecksums", "__internal"]);

const ABOUT_A_CLUSTER = ["kubeconfig", "context", "allowExec"] as const;

/** All faults at once. Without this check, a misspelt setting would silently choose another backend. */
export function settingFaults(inputs: Properties): CheckFailure[] {
  const settings = Object.entries(inputs).filter(([name]) => !OF_THE_ENGINE.has(name));
  const { failures } = readArguments(
    configuration,
    Object.fromEntries(settings.map(([name, value]) => [name, typed(name, value)])),
  );
  const others = ABOUT_A_CLUSTER.filter((name) => inputs[name] !== undefined);
  if (inputs.directory !== undefined && others.length > 0) {
    failures.push({ path: ["directory"], reason: doorWording.exclusive(others) });
  }
  return failures;
}

const FLAGS: ReadonlySet<string> = new Set(["allowExec", "deleteUnreachable"]);

/** Flags come as JSON texts, because the configuration of a stack has only texts. */
function typed(name: string, value: unknown): unknown {
  if (!FLAGS.has(name) || typeof value !== "string") return value;
  return value === "true" ? true : value === "false" ? false : value;
}
