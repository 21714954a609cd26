/** Messages about an IPClaim's annotation `ipAddress`, Metal3's own way to ask for an address. */
import { quoted } from "../../core/address";

export const claimWording = {
  /** `address`: undefined where it cannot be read, or is not known yet. */
  requestedTwice: (requested: string, address: string | undefined) =>
    `asks for ${requested}, but \`address\` ${address === undefined ? "is set as well" : `is ${address}`}. Remove one of them.`,

  requestIgnoredBefore: (claim: string, annotation: string, has: string, requested: string) =>
    `IPClaim ${claim} keeps ${has}, because an earlier version ignored its annotation ${annotation}. To move it to ` +
    `${quoted(requested)}, set \`address\` instead of the annotation.`,
} as const;
