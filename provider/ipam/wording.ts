/** The one table of wording: who, what, which of how many, what to do. */
import type { Fault } from "../api/fault";
import { pathText } from "../api/property-path";
import { type Address, formatAddress } from "../core/address";
import { type Pool, type ReservedRole, roleText } from "../core/pool";
import { formatRange } from "../core/range";
import { ALLOW_RESERVED_ANNOTATION } from "./metal3/pool-terms";
import type { PoolName } from "./pool-name";
import type { Vocabulary } from "./vocabulary";

export const poolText = (pool: PoolName) => `IPPool ${pool.namespace}/${pool.name}`;

/** At most five ranges; a pool may have thousands. */
export function offersText(pool: Pool): string {
  const ranges = pool.addresses.ranges.slice(0, 5).map(formatRange);
  const more = pool.addresses.ranges.length - ranges.length;
  if (ranges.length === 0) return "no address";
  return ranges.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

export const wording = {
  exhausted: (pool: PoolName, used: bigint, total: bigint, missing: number) =>
    `${poolText(pool)} has no room for ${missing} more: ${used} of ${total} addresses are in use; ` +
    "grow its `pools`, or remove hosts that are gone",

  outOfRange: (pool: PoolName, address: Address, offered: Pool) =>
    `${formatAddress(address)} is not an address that ${poolText(pool)} offers (${offersText(offered)}); ` +
    "choose one of these, or grow the pool",

  pinReserved: (pool: PoolName, address: Address, role: ReservedRole) =>
    `${formatAddress(address)} is ${roleText(role)} of ${poolText(pool)}: a host cannot use it; choose another address, or allow it ` +
    `with \`allowReserved: true\` of the pool (annotation ${ALLOW_RESERVED_ANNOTATION}: "true" where no program makes it)`,

  held: (pool: PoolName, address: Address, holder: string) =>
    `${formatAddress(address)} of ${poolText(pool)} is held by ${holder}; choose a free address, or release it there first`,

  planBroken: (words: Vocabulary, pool: PoolName, claim: string, shown: Address, holder: string) =>
    `${formatAddress(shown)} of ${poolText(pool)}, which a preview has shown for claim ${claim}, is held by ${holder} by now: the ` +
    `plan no longer holds, and nothing was reserved here; run \`${words.update}\` again, whose preview shows another address`,

  movedOn: (pool: PoolName, claim: string, shown: Address, given: Address, holder: string) =>
    `claim ${claim} has ${formatAddress(given)} of ${poolText(pool)} in place of ${formatAddress(shown)}, which was shown for it ` +
    `and is held by ${holder} by now; it keeps this one from now on`,

  unsettled: (words: Vocabulary, pool: PoolName, claim: string, given: Address, rivals: readonly string[]) =>
    `claim ${claim} has ${formatAddress(given)} of ${poolText(pool)}, beside ${rivals.join(", ")}: new claims that want one address ` +
    `get theirs in the order in which ${words.engine} asks for them, and no preview of the last hour on this machine has shown it. A ` +
    `preview on another machine may have shown otherwise: ${words.holdingPlan} hold it`,

  heldInThisProgram: (
    words: Vocabulary,
    pool: PoolName,
    address: Address,
    claim: string,
    resource: string | undefined,
  ) =>
    `${formatAddress(address)} of ${poolText(pool)} is promised to claim ${claim}${resource === undefined ? "" : ` (resource ${resource})`} in this program; ` +
    `choose another address. To move it from there, free it in one \`${words.update}\` and take it in the next (deletes come last), ` +
    "or let one PreAllocationSet hold both",

  claimHeld: (pool: PoolName, claim: string, address: Address, owner: string, adoptable: boolean) =>
    `claim ${claim} already holds ${formatAddress(address)} of ${poolText(pool)} (${owner}); ` +
    `remove it there first, or ${adoptable ? "set `adopt: true` to take it over with its address" : "choose another name"}`,

  claimOfBothGroups: (pool: PoolName, claim: string, address: Address) =>
    `an IPAddressClaim ${claim} of ${poolText(pool)} has ${formatAddress(address)}: Metal3's controller takes claims of one ` +
    "name for one claim, whatever their API group, and would serve only one of the two; choose another name, or delete it first",

  claimHasEntry: (pool: PoolName, claim: string, live: Address, wanted: Address, adoptable: boolean) =>
    `${poolText(pool)} already pre-allocates ${formatAddress(live)} to claim ${claim}, not ${formatAddress(wanted)}; ` +
    `pin the address that is there, or ${adoptable ? "set `adopt: true` to change it" : "remove the entry"}`,

  entryMissed: (words: Vocabulary, pool: PoolName, claim: string, entry: Address, shown: Address) =>
    `gives ${formatAddress(entry)} to claim ${claim} of ${poolText(pool)}, whose IPClaim in this program is to have ` +
    `${formatAddress(shown)}; give both the same address, and pass \`${words.poolName}\` of the resource as the IPClaim's pool, so ` +
    `that ${words.engine} knows the entry first`,

  declaredTwice: (pool: PoolName, claim: string, here: string, there: string) =>
    `claim ${claim} of ${poolText(pool)} is declared twice in this program, by ${there} and by ${here}; remove one of them`,
  poolDeclaredTwice: (pool: PoolName, here: string, there: string) =>
    `${poolText(pool)} is declared twice in this program, by IPPool ${there} and by IPPool ${here}; remove one of them`,

  pinnedAway: (pool: PoolName, address: Address, host: string, pinned: string) =>
    `${formatAddress(address)} of ${poolText(pool)} is pinned to ${pinned}, but ${host} holds it; ` +
    `pin ${host} to another address as well, or remove it from the list`,

  ambiguousClaim: (pool: PoolName, claim: string, other: string) =>
    `claim name ${claim} is used on ${poolText(pool)} and on IPPool ${other}: IPClaims of one namespace share their names, ` +
    "so only one of the two can be served; rename a host or a pool",

  addressInUse: (pool: PoolName, claim: string, from: Address, to: Address) =>
    `claim ${claim} is using ${formatAddress(from)} of ${poolText(pool)}: the address of a live host is not changed to ` +
    `${formatAddress(to)}; deprovision the host first, or keep the address`,

  sharedName: (pool: PoolName, objectName: string, address: Address, other: Address) =>
    `${formatAddress(address)} and ${formatAddress(other)} of ${poolText(pool)} share the object name ${objectName} ` +
    "(Metal3 writes . and : as -); only one of them can be held, choose another address",

  poolMissing: (words: Vocabulary, pool: PoolName, waitedMs: number) =>
    `${poolText(pool)} does not exist${waitedMs > 0 ? ` (waited ${Math.round(waitedMs / 1000)} s)` : ""}; if this program makes it, ` +
    `pass \`${words.poolName}\` of the resource in place of the text, so that ${words.engine} makes it first`,

  notReserved: (pool: PoolName, claims: readonly string[]) =>
    `${poolText(pool)} pre-allocates no address to ${claims.join(" or ")}; see to the spelling (kubectl get ippools.ipam.metal3.io ` +
    `-n ${pool.namespace} ${pool.name} -o yaml shows all)`,

  noEntries: (pool: PoolName) =>
    `${poolText(pool)} pre-allocates no address: there is nothing to import; reserve what is needed in the program`,

  malformedId: (kind: string, id: string, form: string) =>
    `"${id}" is no id of ${/^I/.test(kind) ? "an" : "a"} ${kind}; write ${form}`,

  notImported: (what: string, owner: string, stack: string | undefined, adoptable: boolean) =>
    `${what} is held by ${owner}, and two stacks that hold one thing would free it for each other; ` +
    `${adoptable ? "declare it with `adopt: true`, which takes it over from there" : "delete it there first"}` +
    (stack === undefined ? "" : `, or import it into a stack ${stack} if that one has lost its state`),

  notOneSet: (pool: PoolName, groups: readonly string[]) =>
    `entries of ${poolText(pool)} were made apart, and one set cannot free them all: ${listText(groups, "; ")}; ` +
    "import each group as a set of its own, by its hosts",

  claimUnheld: (words: Vocabulary, pool: PoolName, claim: string) =>
    `claim ${claim} holds no address of ${poolText(pool)}; if this program reserves one for it, pass \`pool\` or \`claimName\` of ` +
    `that resource in place of the text, so that ${words.engine} reserves it first${words.notAnOrder ? ` (${words.notAnOrder})` : ""}; else ` +
    "reserve it with a PreAllocation, or mend the name",

  claimUndecided: (pool: PoolName, claim: string, resource: string) =>
    `the address of claim ${claim} of ${poolText(pool)} (${resource}) is not known before the update; take the output ` +
    "`address` of that resource, which waits for it",

  poolUnseen: (words: Vocabulary, pool: PoolName) =>
    `${poolText(pool)} does not exist, and nothing in this program has declared it so far: its addresses are not known yet; ` +
    `pass \`${words.poolName}\` of the resource, so that ${words.engine} makes it first, or mend the name`,

  poolDeleting: (pool: PoolName) => `${poolText(pool)} is being deleted; wait until it is gone, or choose another pool`,

  paused: (paused: string, waitedMs: number) =>
    `${paused} (waited ${Math.round(waitedMs / 1000)} s); nothing is written until its move has ended and the pause is gone`,

  pausedNow: (paused: string) =>
    `${paused}: an update that writes to its addresses waits, and stops if the pause lasts`,

  /** `places`: settings that give a stack a place of its own. */
  poolExists: (words: Vocabulary, pool: PoolName, owner: string, places: readonly ("namespace" | "directory")[]) =>
    `${poolText(pool)} exists already (${owner}); ` +
    (places.length > 0
      ? `give this stack its own ${orText(places)} (${quoted(words.settings(places)).join(", ")}), choose another name, `
      : "choose another name, ") +
    "or set `adopt: true` to manage it from here",

  poolsMeet: (pool: Pool, other: PoolName & { readonly pool: Pool }, shared: string) =>
    `${offersText(pool)} meets ${offersText(other.pool)} of ${poolText(other)} (both have ${shared}); ` +
    "make them disjoint, or set `allowOverlap: true`; if the addresses go from one pool to the other, do it in two updates",

  dhcpMeets: (pool: Pool, dhcpOf: PoolName, shared: string) =>
    `${offersText(pool)} meets a DHCP range of ${poolText(dhcpOf)} (both have ${shared}); make them disjoint, or exclude the DHCP range`,

  ownDhcpMeets: (other: PoolName & { readonly pool: Pool }, shared: string) =>
    `${shared} meets ${offersText(other.pool)} of ${poolText(other)}; make them disjoint, or exclude the DHCP range there`,

  stranded: (pool: PoolName, holders: readonly string[]) =>
    `no longer offers ${listText(holders)} of ${poolText(pool)}; keep these addresses in \`pools\`. To remove their holders as well, ` +
    "do it in two updates: deletes come last in each",

  renamed: (pool: PoolName, from: string, to: string, holders: string) =>
    `cannot change from ${from} to ${to} while ${poolText(pool)} holds addresses under that prefix: ${holders}; remove them first`,

  strategyFixed: (pool: PoolName, holders: string) =>
    `cannot change while ${poolText(pool)} holds addresses (Metal3 would need a new pool): ${holders}; remove them first`,

  strategyUnserved: (pool: PoolName, strategy: string) =>
    `${poolText(pool)} was not made: this cluster's Metal3 does not know allocationStrategy "${strategy}" (it came with ` +
    "Metal3 IPAM 1.14); leave it out, or upgrade Metal3",

  movedPool: (pool: PoolName, holders: string) =>
    `${poolText(pool)} cannot be renamed or moved while it holds addresses: ${holders}; remove them first, or keep name and namespace`,

  meetsElsewhere: (pool: PoolName, other: PoolName, shared: string) =>
    `${poolText(pool)} and ${poolText(other)} both have ${shared}: pools of two namespaces do not see each other's ` +
    "addresses; if they serve one network, make them disjoint",

  misspelt: (pool: PoolName, entries: readonly string[]) =>
    `${poolText(pool)} pre-allocates ${listText(entries)}: Metal3 compares texts, and this is not how it writes the address, so it ` +
    "reserves nothing; here it counts as taken, and the next update of the IPPool resource writes it as RFC 5952 says",

  nearlyFull: (pool: PoolName, total: bigint) =>
    `${poolText(pool)} is more than 90 % full (it offers ${total} addresses); grow its \`pools\` before the next hosts come`,

  farOut: (pool: PoolName, address: Address, steps: bigint) =>
    `${formatAddress(address)} is ${steps} addresses into ${poolText(pool)}: Metal3 finds a pinned address by counting up to it ` +
    "(some 4 million a second); pin one nearer to the start, or give it an entry of its own in front",

  incomplete: (words: Vocabulary, pool: PoolName, locks: readonly string[], claim: string) =>
    `${poolText(pool)} has ${listText(locks)}, begun by an update that was stopped: this one completes what the program still has, and ` +
    `\`${words.importingOne("PreAllocation", claim, `${pool.namespace}/${pool.name}/${claim}`)}\` lets the next free the rest`,

  claimExists: (namespace: string, name: string, owner: string) =>
    `IPClaim ${namespace}/${name} exists already (${owner}); choose another name, or delete it first`,

  claimStays: (words: Vocabulary, claim: string, finalizers: readonly string[]) =>
    `IPClaim ${claim} is still being deleted: its finalizers are ${listText(finalizers)}; Metal3's controller takes its own off ` +
    `when it has freed the address, so see that it runs and that neither pool nor Cluster is paused, then run \`${words.update}\` again`,

  claimRefused: (words: Vocabulary, claim: string, pool: PoolName, message: string) =>
    `IPClaim ${claim} was refused by Metal3's controller: ${message}; see to ${poolText(pool)}, then run \`${words.update}\` again`,

  claimWaits: (words: Vocabulary, claim: string, pool: PoolName, waitedMs: number) =>
    `IPClaim ${claim} of ${poolText(pool)} has not been served yet` +
    (waitedMs > 0 ? ` (waited ${Math.round(waitedMs / 1000)} s)` : "") +
    `: see that Metal3's controller runs, then run \`${words.update}\` again, which goes on from here`,

  claimAnswered: (words: Vocabulary, claim: string, pool: PoolName) =>
    `IPClaim ${claim} of ${poolText(pool)} has been answered by Metal3's controller meanwhile: run \`${words.update}\` again, ` +
    "which goes on from here",

  /** `kept`: objects of its addresses that do not go, with what keeps them. */
  poolStays: (pool: PoolName, finalizers: readonly string[], kept: readonly string[] = []) =>
    `${poolText(pool)} is still being deleted: its finalizers are ${listText(finalizers)}; Metal3's controller takes its own off ` +
    "when no address of the pool is left, so see that it runs and that neither pool nor Cluster is paused" +
    (kept.length > 0 ? `; still there: ${listText(kept, "; ")}` : ""),

  kept: (kind: string, key: string, finalizers: readonly string[]) =>
    `${kind} ${key} is being deleted, and kept by its finalizers (${listText(finalizers)}); its address is free when they are taken off`,

  liveElsewhere: (pool: PoolName, claim: string, live: Address, promised: Address) =>
    `claim ${claim} of ${poolText(pool)} is using ${formatAddress(live)}: the address of a live host is not changed; ` +
    `it gets ${formatAddress(promised)} when it is provisioned the next time`,

  namespaceMissing: (words: Vocabulary, namespace: string) =>
    `namespace ${namespace} does not exist; create it first, with kubectl create namespace ${namespace} or in the program, or set \`${words.setting("namespace")}\``,

  clusterMissing: (namespace: string, cluster: string) =>
    `Cluster ${namespace}/${cluster} does not exist: until it does, Metal3 serves no claim of its pools`,

  outOfReach: (words: Vocabulary, cluster: string) =>
    `see that the API server of ${cluster} is up and is the one that is meant (${quoted(words.settings(["kubeconfig", "context"])).join(", ")}), ` +
    "then run the command again",

  forbidden: (words: Vocabulary, cluster: string) =>
    `in ${cluster}, have a right granted that is missing (deploy/rbac has Roles with all that is needed), log in again where ` +
    `credentials are refused, or choose another user with \`${words.setting("context")}\``,

  namespaceEnding: (words: Vocabulary) =>
    `wait until it is gone, then create it anew, or set another one with \`${words.setting("namespace")}\``,

  knownLater: "known after the update",

  /** `lines`: one for each claim. `more`: how many there are beside them. */
  addressChanges: (lines: readonly string[], more: number) =>
    ["addresses that change:", ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n  "),

  stateKept: (why: string) => `not refreshed, state is kept as it is: ${why}`,

  stateKeptUnopened: (why: string) =>
    `not refreshed, state is kept as it is: ${why} (a refresh uses the configuration of the last update)`,

  notInstalled: (words: Vocabulary, cluster: string) =>
    `${cluster} lacks them; if another one is meant, mend ${orText(quoted(words.settings(["kubeconfig", "context"])))}`,

  targetChanged: (words: Vocabulary, before: string, now: string) =>
    `addresses of this stack were last reserved in ${before}, and metal3-ipam is now configured for ${now}: an update makes the ` +
    `same reservations there, and what is in ${before} stays as it is; if that is not meant, ` +
    `mend ${orText(quoted(words.settings(["directory", "kubeconfig", "context"])))}`,

  targetMoved: (before: string, now: string) =>
    `addresses of this stack were last reserved in ${before}, and metal3-ipam is now configured for ${now}: what is there ` +
    "as the program says it stays as it is",

  cancelled: (words: Vocabulary, what: string) =>
    `stopped while ${what}; run \`${words.update}\` again, which goes on from here`,

  waitsForPool: (pool: PoolName) => `waiting for ${poolText(pool)} to be there`,
  waitsForPause: (paused: string) => `waiting until it goes on: ${paused}`,
  waitsForDeletion: (pool: PoolName) => `waiting until ${poolText(pool)} is gone`,
  waitsForEndOf: (kind: string, key: string) => `waiting until ${kind} ${key} is gone`,
  waitsForHolders: (pool: PoolName, holders: readonly string[]) =>
    `waiting until ${poolText(pool)} holds no address any more (${listText(holders)})`,
  waitsForAnswer: (claim: string) => `waiting for Metal3's controller to serve IPClaim ${claim}`,
  waitsForEnd: (claim: string) => `waiting for Metal3's controller to free IPClaim ${claim}`,
  reserving: (pool: PoolName, done: number, all: number) => `${done} of ${all} addresses of ${poolText(pool)} locked`,

  malformed: (kind: string, key: string, faults: readonly Fault[]) =>
    `${kind} ${key} cannot be read: ${faults.map((fault) => `${pathText(fault.path)}: ${fault.reason}`).join("; ")}; ` +
    "mend it by hand, nothing was overwritten",
} as const;

/** The first five by name, and how many more. */
export function listText(items: readonly string[], between = ", "): string {
  const shown = items.slice(0, 5).join(between);
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}

/** `a, b or c`. */
export function orText(items: readonly string[]): string {
  return [items.slice(0, -1).join(", "), ...items.slice(-1)].filter((part) => part !== "").join(" or ");
}

function quoted(names: readonly string[]): string[] {
  return names.map((name) => `\`${name}\``);
}
