/** Messages about arguments, metadata, pins and the backend of any resource. A fault follows its property path: `host: TEXT`. */
import { type Address, formatAddress, quoted } from "../core/address";
import { type ReservedRole, roleText } from "../core/pool";
import type { PoolName } from "../ipam/ipam";
import type { Vocabulary } from "../ipam/vocabulary";
import { claimAtStart, poolText } from "../ipam/wording";

export const argumentWording = {
  noSuchProperty: (properties: readonly string[], meant: string | undefined) =>
    meant === undefined
      ? `is not a property. Choose one of ${properties.join(", ")}.`
      : `is not a property. Write \`${meant}\`.`,

  tooDeep: (levels: number) => `is nested more than ${levels} levels deep. Flatten it.`,

  proto: "cannot be called __proto__. Remove it, or choose another name.",

  claimNameTooLong: (claimName: string) =>
    `makes the claim name "${claimName}", which has more than 253 characters. Choose a shorter name.`,

  isLogicalName: "It is the resource's logical name. Set `name` to choose another.",

  /** `makes`: what the other property makes of a name. */
  excludesEachOther: (other: string, makes = "") =>
    `cannot be set together with \`${other}\`${makes && `, which makes ${makes}`}. Remove one of them.`,

  /** `what`: the value that is missing. `others`: properties that can stand in for it. */
  required: (what: string, others: string) => `is required. Give ${what}, or set ${others} instead.`,

  unknownInFunction:
    "is not known before the update. Call the function in its output form, which waits until it is known.",

  needsController: (value: string, otherwise = "") =>
    `${value} needs Metal3's controller, but a folder of manifests has none. Leave it out${otherwise}.`,
} as const;

/** Faults of labels and annotations that are not the program's to set. */
export const reservedKeyWording = {
  pausedLabel: "has no effect as a label. Set it in `annotations` of the IPPool.",

  clusterAnnotation: "has no effect as an annotation. Set `clusterName` of the IPPool, or the label.",

  hostClaimLabel:
    "belongs to CAPM3. CAPM3 would take this IPClaim for one of its own and wait for it in vain. " +
    "Remove the label, and reserve a host's address with a PreAllocation.",

  pausedClaim: "does not pause a claim, because Metal3 looks for it on pools. Set it in `annotations` of the IPPool.",

  overwritten: (value: string, clusterName: string) =>
    `would be overwritten: Metal3 writes ${quoted(value)} here, because \`clusterName\` is ${quoted(clusterName)}. ` +
    "Remove the label.",

  ownPrefix:
    "has the prefix of this provider's own keys, which record the owner of an object. Remove it, or use another prefix.",
} as const;

/** Faults of `ownerReferences`. */
export const ownerWording = {
  ownerGone: (kind: string, name: string, uid: string) =>
    `${kind} ${name} (uid ${uid}) is gone. Kubernetes deletes a claim when its last owner is gone. ` +
    "Remove the claim, or name another owner.",
} as const;

export const pinWording = {
  hasReserved: (pool: PoolName, claim: string, address: Address, role: ReservedRole) =>
    `${claimAtStart(pool, claim)} has ${formatAddress(address)}, ${roleText(role)} of ${poolText(pool)}. ` +
    "A host cannot use it. Choose another address, or set `allowReserved: true` on the pool if you mean it.",

  claimReserved: (pool: PoolName, claim: string, address: Address, role: ReservedRole) =>
    `IPClaim ${claim} asks for ${formatAddress(address)}, ${roleText(role)} of ${poolText(pool)}. ` +
    "Choose another address. If you mean it, as for a virtual IP that is the gateway, set `allowReserved: true` on the pool.",
} as const;

export const backendWording = {
  wayOut: (words: Vocabulary) =>
    `If that cluster is gone for good, set \`${words.variable("deleteUnreachable")}=true\` in the environment and run this again ` +
    `(\`${words.destroy}\` reads \`${words.setting("deleteUnreachable")}\` from the last update). Or remove the resource from ` +
    `state with \`${words.forgetting}\`.`,

  leftUnreached: (kind: string, id: string, why: string) =>
    `${kind} ${id} was removed from state only. What it has in the cluster stays there. ${why}`,

  setElsewhere: (before: string, now: string) => `The last update wrote it to ${before}, and it is not in ${now} yet`,
} as const;
