import type { Composition, Tell } from "../compose";
import type { Config } from "../config";

/** The floors below Pulumi's plugin. Their code is loaded at the first use. */
export async function composeForPulumi(config: Config, cancelled?: AbortSignal, tell?: Tell): Promise<Composition> {
  const [{ compose }, { pulumiDoor }] = await floors();
  return compose(config, pulumiDoor, cancelled, tell);
}

/** The same for dynamic resources. */
export async function composeForDynamic(config: Config): Promise<Composition> {
  const [{ compose }, { dynamicDoor }] = await floors();
  return compose(config, dynamicDoor);
}

const floors = () => Promise.all([import("../compose.js"), import("./door.js")]);
