/** What Pulumi's two doors tell the floors below them. */
import type { Door } from "../compose";
import { openPreviewMemory } from "./preview-memory";
import { pulumiWords } from "./vocabulary";

export const pulumiDoor: Door = { words: pulumiWords, previews: openPreviewMemory };
