/** Messages about an address that a claim asks for, has or gets. */
import type { ClaimKind } from "../../api/claim";
import { type Address, formatAddress } from "../../core/address";
import { type NotOffered, type Pool, type ReservedRole, roleText } from "../../core/pool";
import { ALLOW_RESERVED_ANNOTATION } from "../metal3/pool-terms";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { claimAtStart, claimText, endOfUse, offersText, poolText } from "./subject";

export const addressWording = {
  exhausted: (pool: PoolName, used: bigint, total: bigint, missing: number) =>
    `${poolText(pool)} has no room for ${missing} more: ${used} of ${total} addresses are in use. ` +
    "Add a range to its `pools`, or remove hosts that are gone.",

  outOfRange: (pool: PoolName, address: Address, offered: Pool, why: NotOffered = "outside") => {
    const offers = `It offers ${offersText(offered)}.`;
    if (why === "excluded")
      return `${formatAddress(address)} is excluded from ${poolText(pool)}. ${offers} Choose one of these, or remove it from \`excludes\`.`;
    const reason =
      why === "outside"
        ? `${formatAddress(address)} is outside of ${poolText(pool)}`
        : `${formatAddress(address)} is ${roleText(why)} of ${poolText(pool)}, which does not offer it`;
    return `${reason}. ${offers} Choose one of these, or add a range to its \`pools\`.`;
  },

  pinReserved: (pool: PoolName, address: Address, role: ReservedRole) =>
    `${formatAddress(address)} is ${roleText(role)} of ${poolText(pool)}, and a host cannot use it. Choose another address. ` +
    `To allow it, set \`allowReserved: true\` on the pool (without a program: the annotation ${ALLOW_RESERVED_ANNOTATION}: "true").`,

  held: (pool: PoolName, address: Address, holder: string) =>
    `${formatAddress(address)} of ${poolText(pool)} is held by ${holder}. Choose a free address, or release it there first.`,

  planBroken: (words: Vocabulary, pool: PoolName, claim: string, shown: Address, holder: string) =>
    `${claimAtStart(pool, claim)} cannot get ${formatAddress(shown)} of ${poolText(pool)}, which the preview showed: ${holder} has it now. ` +
    `Nothing was reserved. Run \`${words.update}\` again, and its preview shows another address.`,

  movedOn: (pool: PoolName, claim: string, shown: Address, given: Address, holder: string) =>
    `${claimAtStart(pool, claim)} got ${formatAddress(given)} of ${poolText(pool)}. The preview showed ${formatAddress(shown)}, ` +
    `but ${holder} has that now. ${formatAddress(given)} stays from now on.`,

  unsettled: (words: Vocabulary, pool: PoolName, claim: string, given: Address, rivals: readonly string[]) =>
    `${claimAtStart(pool, claim)} got ${formatAddress(given)} of ${poolText(pool)}. It competes with ${rivals.join(", ")} for the same ` +
    "slot, so the result depends on the order of creation and may differ from a preview on another machine. " +
    `To keep to a preview, use ${words.holdingPlan}.`,

  /** `areHosts`: both claims are of hosts, so that one set can have them. */
  heldInThisProgram: (
    words: Vocabulary,
    pool: PoolName,
    address: Address,
    { claim, resource, areHosts }: { claim: string; resource: string | undefined; areHosts: boolean },
  ) =>
    `${formatAddress(address)} of ${poolText(pool)} is already reserved in this program, for ${claimText(pool, claim)}` +
    `${resource === undefined ? "" : ` (resource ${resource})`}. Choose another address. To move ` +
    `${formatAddress(address)} here, release it in one \`${words.update}\` and pin it in the next` +
    `${areHosts ? ", or let one PreAllocationSet have both hosts" : ""}.`,

  pinnedAway: (pool: PoolName, address: Address, host: string, pinned: string) =>
    `${formatAddress(address)} of ${poolText(pool)} is pinned to ${pinned}, but ${host} holds it. ` +
    `Pin ${host} to another address as well, or remove it from the list.`,

  addressInUse: (pool: PoolName, claim: string, from: Address, to: Address, kind?: ClaimKind) =>
    `${claimAtStart(pool, claim)} is using ${formatAddress(from)} of ${poolText(pool)}, so its address cannot change to ` +
    `${formatAddress(to)}. ${endOfUse(pool, claim, kind)} first, or keep ${formatAddress(from)}.`,

  stillUsed: (pool: PoolName, address: Address, claim: string, kind: ClaimKind = "IPClaim") =>
    `${formatAddress(address)} of ${poolText(pool)} is used by ${claimText(pool, claim)}, whose ${kind} is alive. ` +
    `${endOfUse(pool, claim, kind)} first, or choose a free address.`,

  leavesAlive: (pool: PoolName, claim: string, address: Address, kind: ClaimKind = "IPClaim") =>
    `${claimAtStart(pool, claim)} still uses ${formatAddress(address)} of ${poolText(pool)}. ` +
    `The address stays reserved until its ${kind} is deleted.`,

  liveElsewhere: (pool: PoolName, claim: string, live: Address, promised: Address) =>
    `${claimAtStart(pool, claim)} is using ${formatAddress(live)} of ${poolText(pool)}, and the address of a live host does not ` +
    `change. It gets ${formatAddress(promised)} when it is provisioned next time.`,

  sharedName: (pool: PoolName, objectName: string, address: Address, other: Address) =>
    `${formatAddress(address)} and ${formatAddress(other)} of ${poolText(pool)} share the object name ${objectName}, ` +
    "because Metal3 writes . and : as -. Only one of them can be held. Choose another address.",

  farOut: (pool: PoolName, address: Address, steps: bigint) =>
    `${formatAddress(address)} is ${steps} addresses into ${poolText(pool)}. Metal3 counts up to a pinned address, about ` +
    "4 million a second. Pin one nearer to the start, or put it first in `pools`, as an entry of its own.",

  knownLater: "known after the update",

  /** `lines`: one for each claim. `more`: how many claims have no line. */
  addressChanges: (lines: readonly string[], more: number) =>
    ["addresses that change:", ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n  "),

  newAddresses: (lines: readonly string[], more: number) =>
    ["new addresses:", ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n  "),
} as const;
