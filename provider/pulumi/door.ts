/** What Pulumi's two doors tell the floors below them. */
import type { Door } from "../compose";
import { engineCommand } from "./engine-command";
import { openOtherProcesses } from "./other-processes";
import { openPreviewMemory } from "./preview-memory";
import { pulumiWords } from "./vocabulary";

export const pulumiDoor: Door = {
  words: pulumiWords,
  previews: openPreviewMemory,
  others: openOtherProcesses,
  run: engineCommand,
  tellsEnd: true,
};

/** Dynamic resources are not told when a run is over. */
export const dynamicDoor: Door = { ...pulumiDoor, tellsEnd: false };
