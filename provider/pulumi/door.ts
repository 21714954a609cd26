/** Pulumi's two doors, as the floors below see them. */
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

/** Dynamic resources get no report of the end of a run. */
export const dynamicDoor: Door = { ...pulumiDoor, tellsEnd: false };
