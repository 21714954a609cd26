/** Messages about PreAllocations and PreAllocationSets: their hosts, their pins, and entries that an import finds. */
import { type Address, formatAddress } from "../../core/address";
import type { Pool } from "../../core/pool";
import type { PoolName } from "../../ipam/ipam";
import { listText, offersText, poolText } from "../../ipam/wording";

export const reservationWording = {
  noHost: (claims: string) =>
    "cannot be used with `claimKind: IPAddressClaim`, because no controller asks for an IPAddressClaim by the name of a host. " +
    `Remove \`claimKind\` to reserve for a host of CAPM3, or set \`${claims}\` instead.`,
} as const;

export const setWording = {
  listedTwice: (name: string, first: string) => `"${name}" is already listed as ${first}. Remove one of them.`,

  pinOfNone: (name: string, list: string) => `"${name}" is not in \`${list}\`. Add it there, or remove the pin.`,

  pinnedTwice: (address: string, other: string) =>
    `${address} is also pinned to ${other}. Choose another address for one of them.`,

  /** `next`: where new hosts begin instead. Undefined for a pool without an address. */
  startNotOffered: (pool: PoolName, start: Address, offered: Pool, next: Address | undefined) =>
    `start ${formatAddress(start)} is not an address of ${poolText(pool)}. ` +
    `${next ? `New hosts get addresses from ${formatAddress(next)} on` : "New hosts get no address"}. ` +
    `Choose a start in ${offersText(offered)}.`,
} as const;

/** Entries that a program cannot declare. `reasons`: one for each entry. */
export const importWording = {
  badName: (claim: string) => `${claim} is not a valid claim name`,
  outside: (claim: string) => `${claim} is outside of the pool`,
  ofOtherKind: (claim: string) => `${JSON.stringify(claim)} is reserved for an IPAddressClaim`,
  heldBy: (claim: string, holder: string) => `${claim} is held by ${holder}`,

  twoKinds: (pool: PoolName, claims: readonly string[]) =>
    `A PreAllocationSet is for claims of one kind. These ${poolEntriesText(pool)} are reserved for IPAddressClaims: ${listText(claims)}. ` +
    "Import them as a set of their own.",

  leftOut: (pool: PoolName, reasons: readonly string[]) =>
    `The import leaves out ${poolEntriesText(pool)} that a program cannot declare: ${reasons.join(", ")}. ` +
    "They stay as they are. Correct or remove them by hand.",

  noneLeft: (pool: PoolName, reasons: readonly string[]) =>
    `There is nothing to import. A program cannot declare the ${poolEntriesText(pool)}: ${reasons.join(", ")}. ` +
    "Correct or remove them by hand.",

  undeclarable: (pool: PoolName, reasons: readonly string[]) =>
    `A program cannot declare these ${poolEntriesText(pool)}: ${reasons.join(", ")}. Correct them by hand. ` +
    "If you leave them out of the program, the next update releases them.",
} as const;

function poolEntriesText(pool: PoolName): string {
  return `entries of ${poolText(pool)}`;
}
