import type { Composition, Tell } from "../compose";
import type { Config } from "../config";

/** The floors below Pulumi's doors. Their code is loaded at the first need. */
export async function composeForPulumi(config: Config, cancelled?: AbortSignal, tell?: Tell): Promise<Composition> {
  const [{ compose }, { pulumiDoor }] = await Promise.all([import("../compose.js"), import("./door.js")]);
  return compose(config, pulumiDoor, cancelled, tell);
}
