/** Messages about an IPAddressClaim as a program declares it. */
import type { Vocabulary } from "../../ipam/vocabulary";

export const addressClaimWording = {
  needsCluster: (words: Vocabulary) =>
    "An IPAddressClaim needs a cluster, because the provider of its pool chooses the address. A folder of manifests has none. " +
    `Use an IPClaim, or set \`${words.setting("kubeconfig")}\` instead of \`${words.setting("directory")}\`.`,

  notMetal3sKind: (kind: string) => `${JSON.stringify(kind)} is not a pool of ipam.metal3.io. Write IPPool.`,
} as const;
