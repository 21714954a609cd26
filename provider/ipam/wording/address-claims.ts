/** Messages about an IPAddressClaim, which the provider of its pool serves. */
import type { PoolRef, Ready } from "../../api/capi/ip-address-claim";
import { ended } from "../../api/fault";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { listText, poolText, waitedText } from "./subject";

export const addressClaimWording = {
  /** `ready`: undefined if the claim has no such condition. `waitedMs`: 0 if this run has not waited. */
  addressClaimWaits: (
    words: Vocabulary,
    claim: string,
    pool: PoolRef,
    ready: Ready | undefined,
    waitedMs: number,
  ): string => {
    const start = `IPAddressClaim ${claim} has no address of ${refText(pool)} yet${waitedText(waitedMs)}`;
    const again = `then run \`${words.update}\` again, which continues from here.`;
    if (ready === undefined) {
      return `${start}, and no condition says why. The pool may be missing, full or paused, or its provider does not run. Check it, ${again}`;
    }
    const { status, reason, message } = ready;
    const why = [status, reason].filter(Boolean).join(", ");
    return `${start}. Its condition Ready is ${ended(message ? `${why}: ${message}` : why)} Check the pool and its provider, ${again}`;
  },

  addressClaimMissesPool: (words: Vocabulary, claim: string, pool: PoolRef, waitedMs: number) =>
    `IPAddressClaim ${claim} has no address yet${waitedText(waitedMs)}, because ${refText(pool)} does not exist. ` +
    `Create it or correct \`poolRef\`, then run \`${words.update}\` again, which continues from here.`,

  addressClaimServed: (words: Vocabulary, claim: string, pool: PoolRef) =>
    `IPAddressClaim ${claim} has got an address of ${refText(pool)} in the meantime. ` +
    `Run \`${words.update}\` again, which continues from here.`,

  /** Metal3 points the claim at an object of the other group if an IPClaim of the same name has the address. */
  addressMissing: (words: Vocabulary, claim: string, pool: PoolRef, address: string) =>
    `IPAddressClaim ${claim} names IPAddress ${address}, which is missing or another claim's. ${refText(pool)} may have given that address to ` +
    `another claim of this name. Choose another name, or delete the claim and run \`${words.update}\` again.`,

  addressClaimStays: (words: Vocabulary, claim: string, finalizers: readonly string[]) =>
    `IPAddressClaim ${claim} is still being deleted, because of its finalizers: ${listText(finalizers)}. The pool's provider ` +
    "removes its own when it has freed the address, which may take the pool's `addressReuseGracePeriodSeconds`. " +
    `Check that it runs and that neither pool nor Cluster is paused, then run \`${words.update}\` again.`,

  addressClaimTwice: (claim: string, here: string, there: string) =>
    `IPAddressClaim ${claim} is declared twice in this program: by ${there} and by ${here}. Remove one of them.`,

  /** `is`: what has the name already. */
  addressClaimNamesake: (pool: PoolName, claim: string, is: string) =>
    `Claim ${claim} of ${poolText(pool)} is ${is}. Metal3 cannot tell an IPAddressClaim from an IPClaim of the same ` +
    "name. Choose another name, or delete it first.",

  /** As in: the claim is DECLARED. */
  declaredBy: (resource: string) => `declared in this program by ${resource}`,

  waitsForAddress: (claim: string, pool: PoolRef) =>
    `waiting for ${refText(pool)} to give IPAddressClaim ${claim} an address`,
} as const;

const refText = ({ kind, name }: PoolRef) => `${kind} ${name}`;
