/** Messages about a claim: its owner, its entry, its IPClaim. */
import type { ClaimKind } from "../../api/claim";
import { ended } from "../../api/fault";
import { type Address, formatAddress } from "../../core/address";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { claimAtStart, claimText, listText, orText, poolText, waitedText } from "./subject";

export const claimWording = {
  claimHeld: (pool: PoolName, claim: string, address: Address, owner: string, adoptable: boolean) =>
    `${claimAtStart(pool, claim)} already holds ${formatAddress(address)} of ${poolText(pool)} (${owner}). ` +
    `Remove it there first, or ${adoptable ? "set `adopt: true` to take it over with its address" : "choose another name"}.`,

  claimOfBothGroups: (pool: PoolName, claim: string, address: Address) =>
    `An IPAddressClaim ${claim} already holds ${formatAddress(address)} of ${poolText(pool)}. Metal3 cannot tell it from an ` +
    "IPClaim of the same name. Choose another name, or delete it first.",

  /** `other`: the kind of claim that has the name. */
  claimOfOtherKind: (pool: PoolName, claim: string, other: ClaimKind, wanted: ClaimKind) =>
    `${other} ${pool.namespace}/${claim} uses ${poolText(pool)}, so the name cannot be reserved for an ${wanted}. Metal3 cannot ` +
    `tell the two apart. Choose another name, or delete the ${other} first.`,

  namedAfterData: (pool: PoolName, claims: readonly string[]) =>
    `CAPM3 has created IPClaims of ${poolText(pool)} without the names of their hosts: ${listText(claims)}. Such hosts get other ` +
    "addresses than the reserved ones. Run CAPM3 with `--enable-bmh-name-based-preallocation`, which counts when a host is " +
    "provisioned next time.",

  noIPAddressClaims: () =>
    "This cluster has no IPAddressClaims (ipam.cluster.x-k8s.io). Install Cluster API's CRDs, or reserve for an IPClaim.",

  claimHasEntry: (pool: PoolName, claim: string, live: Address, wanted: Address, adoptable: boolean) =>
    `${poolText(pool)} already pre-allocates ${formatAddress(live)} to ${claimText(pool, claim)}, not ${formatAddress(wanted)}. ` +
    `Pin ${formatAddress(live)}, or ${adoptable ? "set `adopt: true` to change it" : "remove the entry"}.`,

  entryMissed: (words: Vocabulary, pool: PoolName, claim: string, entry: Address, shown: Address) =>
    `gives ${formatAddress(entry)} to claim ${claim} of ${poolText(pool)}, but its IPClaim in this program gets ` +
    `${formatAddress(shown)}. Give both the same address. Pass \`${words.poolName}\` as the IPClaim's pool, so that ` +
    `${words.engine} knows the entry first.`,

  declaredTwice: (pool: PoolName, claim: string, here: string, there: string) =>
    `${claimAtStart(pool, claim)} is declared twice for ${poolText(pool)} in this program: by ${there} and by ${here}. Remove one of them.`,

  ambiguousClaim: (pool: PoolName, claim: string, other: string) =>
    `The claim name ${claim} is used on ${poolText(pool)} and on IPPool ${other}. IPClaims of one namespace share their names, ` +
    "so Metal3 can serve only one of the two. Rename a host or a pool.",

  notReserved: (pool: PoolName, claims: readonly string[]) =>
    `${poolText(pool)} pre-allocates no address to ${orText(claims.map((claim) => claimText(pool, claim)))}. Check the spelling: ` +
    `\`kubectl get ippools.ipam.metal3.io -n ${pool.namespace} ${pool.name} -o yaml\` shows all entries.`,

  noEntries: (pool: PoolName) =>
    `${poolText(pool)} pre-allocates no address, so there is nothing to import. Declare the hosts in the program instead.`,

  notOneSet: (pool: PoolName, groups: readonly string[]) =>
    `Entries of ${poolText(pool)} belong to several owners, and one set cannot release them all: ${listText(groups, "; ")}. ` +
    "Import each group as a set of its own, by its hosts.",

  notImported: (what: string, owner: string, stack: string | undefined, adoptable: boolean) =>
    `${what} is held by ${owner}, and only one stack may hold it. ` +
    `${adoptable ? "Declare it with `adopt: true`, which takes it over from there" : "Delete it there first"}` +
    (stack === undefined ? "." : `, or import it into a stack ${stack} if that one has lost its state.`),

  malformedId: (kind: string, id: string, form: string) =>
    `"${id}" is not the id of ${/^I/.test(kind) ? "an" : "a"} ${kind}. Write ${form}.`,

  claimUnheld: (pool: PoolName, claim: string) =>
    `${claimAtStart(pool, claim)} has no address in ${poolText(pool)}. Reserve one, or correct the name. ` +
    "If this program reserves it, pass an output of that resource to the function.",

  claimUndecided: (pool: PoolName, claim: string, resource: string) =>
    `The address of ${claimText(pool, claim)} in ${poolText(pool)} is known after the update (${resource}). ` +
    "Use the output `address` of that resource.",

  claimExists: (kind: string, claim: string, owner: string) =>
    `${kind} ${claim} already exists (${owner}). Choose another name, or delete it first.`,

  claimStays: (words: Vocabulary, claim: string, finalizers: readonly string[]) =>
    `IPClaim ${claim} is still being deleted, because of its finalizers: ${listText(finalizers)}. Metal3's controller removes its ` +
    `own when it has freed the address. Check that it runs and that neither pool nor Cluster is paused, then run \`${words.update}\` again.`,

  claimRefused: (words: Vocabulary, kind: string, claim: string, pool: PoolName, message: string) =>
    `Metal3's controller refused ${kind} ${claim}: ${ended(message)} Check ${poolText(pool)}, then run \`${words.update}\` again.`,

  claimWaits: (words: Vocabulary, claim: string, pool: PoolName, waitedMs: number) =>
    `Metal3's controller has not served IPClaim ${claim} of ${poolText(pool)} yet${waitedText(waitedMs)}. ` +
    `Check that it runs, then run \`${words.update}\` again, which continues from here.`,

  claimAnswered: (words: Vocabulary, claim: string, pool: PoolName) =>
    `Metal3's controller has served IPClaim ${claim} of ${poolText(pool)} in the meantime. ` +
    `Run \`${words.update}\` again, which continues from here.`,
} as const;
