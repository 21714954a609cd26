/** Messages about a pool as a whole. */
import type { ClaimKind } from "../../api/claim";
import type { Pool } from "../../core/pool";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { claimText, endOfUse, listText, offersText, orText, poolText, quoted, waitedText } from "./subject";

type OtherPool = PoolName & { readonly pool: Pool };

export const poolWording = {
  poolMissing: (words: Vocabulary, pool: PoolName, waitedMs: number) =>
    `${poolText(pool)} does not exist${waitedText(waitedMs)}. If this program creates it, pass \`${words.poolName}\` of the resource ` +
    `instead of a string, so that ${words.engine} creates it first.`,

  poolUnseen: (words: Vocabulary, pool: PoolName) =>
    `${poolText(pool)} does not exist, and this program has not declared it so far, so its addresses are not known yet. ` +
    `Pass \`${words.poolName}\` of the resource (and its namespace, if that differs), or correct the name.`,

  poolDeclaredTwice: (pool: PoolName, here: string, there: string) =>
    `${poolText(pool)} is declared twice in this program: by IPPool ${there} and by IPPool ${here}. Remove one of them.`,

  poolDeleting: (pool: PoolName) =>
    `${poolText(pool)} is being deleted. Wait until it is gone, or choose another pool.`,

  paused: (paused: string, waitedMs: number) =>
    `${paused}${waitedText(waitedMs)}. Nothing is written while the pause lasts. ` +
    "Run the command again when the move has ended and the pause is removed.",

  pausedNow: (paused: string) =>
    `${paused}. An update that writes to its addresses waits, and fails if the pause lasts.`,

  /** `places`: settings that separate the pools of one stack from those of another. */
  poolExists: (words: Vocabulary, pool: PoolName, owner: string, places: readonly ("namespace" | "directory")[]) =>
    `${poolText(pool)} already exists (${owner}). ` +
    (places.length > 0
      ? `Give this stack its own ${orText(places)} (${quoted(words.settings(places)).join(", ")}), or choose another name. `
      : "Choose another name. ") +
    "To manage it from here, set `adopt: true`.",

  poolsMeet: (pool: Pool, other: OtherPool, shared: string) =>
    `${offersText(pool)} overlaps ${offersText(other.pool)} of ${poolText(other)} (both have ${shared}). ` +
    "Make them disjoint, or set `allowOverlap: true`. To move addresses from one pool to the other, use two updates.",

  dhcpMeets: (pool: Pool, dhcpOf: PoolName, shared: string) =>
    `${offersText(pool)} overlaps a DHCP range of ${poolText(dhcpOf)} (both have ${shared}). Make them disjoint, or exclude the DHCP range.`,

  ownDhcpMeets: (other: OtherPool, shared: string) =>
    `${shared} overlaps ${offersText(other.pool)} of ${poolText(other)}. Make them disjoint, or exclude the DHCP range there.`,

  meetsElsewhere: (pool: PoolName, other: PoolName, shared: string) =>
    `${poolText(pool)} and ${poolText(other)} both have ${shared}. Pools of two namespaces do not see each other's ` +
    "addresses. If they serve one network, make them disjoint.",

  /** `holders`: each as `ADDRESS, held by HOLDER`. */
  stranded: (holders: readonly string[]) =>
    `no longer offers ${listText(holders, "; ")}. Keep these addresses in \`pools\`. ` +
    "To remove them with their holders, use two updates: first the holders, then the addresses.",

  renamed: (pool: PoolName, from: string, to: string, holders: string) =>
    `cannot change from ${from} to ${to} while ${poolText(pool)} holds addresses: ${holders}. Remove them first.`,

  strategyFixed: (pool: PoolName, holders: string) =>
    `cannot change while ${poolText(pool)} holds addresses, because Metal3 would need a new pool: ${holders}. Remove them first.`,

  strategyUnserved: (pool: PoolName, strategy: string) =>
    `${poolText(pool)} was not created, because Metal3 in this cluster does not know allocationStrategy "${strategy}". ` +
    "Leave it out, or upgrade to Metal3 IPAM 1.14.",

  movedPool: (pool: PoolName, holders: string) =>
    `${poolText(pool)} cannot be renamed or moved while it holds addresses: ${holders}. Remove them first, or keep name and namespace.`,

  misspelt: (pool: PoolName, entries: readonly string[]) =>
    `${poolText(pool)} pre-allocates ${listText(entries)}, in a spelling that Metal3 does not recognize: its entry reserves nothing. ` +
    "This provider counts the address as taken. The next update of the IPPool resource corrects the spelling (RFC 5952).",

  nearlyFull: (pool: PoolName, total: bigint) =>
    `${poolText(pool)} is more than 90 % full (it offers ${total} addresses). Add a range to its \`pools\` before more hosts come.`,

  incomplete: (words: Vocabulary, pool: PoolName, locks: readonly string[], claim: string) =>
    `${poolText(pool)} has reservations left by an interrupted update: ${listText(locks)}. This update completes those that are still in ` +
    `the program. To release one that is not, run \`${words.importingOne("PreAllocation", claim, `${pool.namespace}/${pool.name}/${claim}`)}\`, ` +
    `then \`${words.update}\`.`,

  /** `since`: RFC 3339. `tellsEnd`: see `Environment`. */
  leftover: (words: Vocabulary, pool: PoolName, addresses: readonly string[], since: string, tellsEnd: boolean) =>
    `${poolText(pool)} still reserves ${listText(addresses)}, given up by this resource at ${since}. ` +
    (tellsEnd
      ? `That update failed, was stopped or had targets, or the host was still being deleted. \`${words.update}\` releases what no resource declares.`
      : `The second later \`${words.update}\` that writes to the pool releases what no resource declares.`),

  /** `kept`: address objects that cannot be removed, with what keeps each of them. */
  poolStays: (pool: PoolName, finalizers: readonly string[], kept: readonly string[] = []) =>
    `${poolText(pool)} is still being deleted, because of its finalizers: ${listText(finalizers)}. Metal3's controller removes its own ` +
    "when the pool holds no address. Check that it runs and that neither pool nor Cluster is paused." +
    (kept.length > 0 ? ` Still there: ${listText(kept, "; ")}.` : ""),

  kept: (kind: string, key: string, finalizers: readonly string[]) =>
    `${kind} ${key} is being deleted, but its finalizers keep it: ${listText(finalizers)}. Its address is free when they are removed.`,

  /** `alive`: claims among the holders. */
  poolHolds: (
    words: Vocabulary,
    pool: PoolName,
    holders: readonly string[],
    waitedMs: number,
    alive: readonly { readonly claim: string; readonly claimKind: ClaimKind }[] = [],
  ) =>
    [
      `${poolText(pool)} is not deleted: after ${Math.round(waitedMs / 1000)} s it still holds ${listText(holders)}.`,
      ...alive.slice(0, 5).map(({ claim, claimKind }) => {
        return `The ${claimKind} of ${claimText(pool, claim)} is still alive. ${endOfUse(pool, claim, claimKind)} first.`;
      }),
      ...(alive.length < holders.length
        ? [
            `Remove ${alive.length > 0 ? "the others" : "these"} first, with \`${words.poolName}\` as their pool, so that ${words.engine} knows the ` +
              `order. \`${words.importing}\` takes up what no program declares.`,
          ]
        : []),
    ].join(" "),
} as const;
