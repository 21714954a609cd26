/** Messages about drift: short, because the CLI cuts a line of a diff at 150 characters. */
import type { Kind } from "../../api/kinds";
import type { Vocabulary } from "../vocabulary";

/** The words for each repair of drift: before the update, and after it. */
const REPAIRS = {
  restores: ["restores it", "Restored."],
  removes: ["removes it", "Removed."],
  creates: ["creates it again", "Created again."],
  accepts: ["accepts it", "Accepted."],
  replaces: ["replaces it", "Replaced."],
  createsPool: ["creates it again with all reservations", "Created again with all reservations."],
} as const;

export type Repair = keyof typeof REPAIRS;

export const driftWording = {
  /** `where`: object and field. `author`: see pool/author.ts. `undefined`: there is no value. */
  differs: (where: string, live: unknown, lastSet: unknown, author: string) =>
    `${where}: ${live === undefined ? "removed" : `found ${valueText(live)}`}, expected ${valueText(lastSet)}${author}`,

  entryDiffers: (who: string, pool: string, live: unknown, lastSet: unknown, author: string) =>
    live === undefined
      ? `${who}: removed from ${pool}, expected ${valueText(lastSet)}${author}`
      : `${who}: found ${valueText(live)} in ${pool}, expected ${valueText(lastSet)}${author}`,

  gone: (kind: string, key: string) => `${kind} ${key} was deleted`,

  addressGone: (who: string, address: string) => `${who}: the IPAddress of ${address} was deleted`,

  mirrorGone: (who: string, address: string, { group }: Kind) =>
    `${who}: the IPAddress of ${address} in ${group} does not exist`,

  lockUnowned: (who: string, address: string, pool: string) =>
    `${who}: an IPAddress of ${address} does not name ${pool} as its owner`,

  beingDeleted: (kind: string, key: string, since: string) => `${kind} ${key} is being deleted (since ${since})`,

  refusedByMetal3: (key: string, message: string) => `IPClaim ${key} has the error "${message}"`,

  /** A line of drift, with what an update will do about it. */
  drifted: (words: Vocabulary, line: string, repair: Repair | undefined) =>
    repair === undefined ? `${line}.` : `${line}. \`${words.update}\` ${REPAIRS[repair][0]}.`,

  /** A line of drift, with what an update has done about it. */
  repaired: (line: string, repair: Repair | undefined) =>
    repair === undefined ? `${line}.` : `${line}. ${REPAIRS[repair][1]}`,
} as const;

function valueText(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
