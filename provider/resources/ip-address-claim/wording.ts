/** Messages about an IPAddressClaim as a program declares it. */
import type { Vocabulary } from "../../ipam/vocabulary";

export const addressClaimWording = {
  needsCluster: (words: Vocabulary) =>
    "An IPAddressClaim needs a cluster, because the provider of its pool chooses the address. A folder of manifests has none. " +
    `Use an IPClaim, or set \`${words.setting("kubeconfig")}\` instead of \`${words.setting("directory")}\`.`,
} as const;
