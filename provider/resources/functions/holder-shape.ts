/** An address and its holder, as both functions show it. */
import { z } from "zod";

const WORDS = {
  lock: "An IPAddress object with this provider's marks: a reservation, or the address of one of its IPClaims.",
  ipaddress:
    "An IPAddress object without these marks. Metal3's controller made it for a live IPClaim, or a person made it.",
  ipaddressclaim: "An IPAddress object of CAPI's group, made for an IPAddressClaim.",
  entry:
    "An entry in the pool's `preAllocations`, without an IPAddress object. The host is away, or a person wrote the entry.",
  ipclaim: "An IPClaim that asks for the address by annotation and is not served yet.",
  plan: "A resource of this program that has not written the reservation yet.",
};

export type HeldBy = keyof typeof WORDS;

export const heldByWord = z.enum(Object.keys(WORDS) as HeldBy[]).meta({
  id: "HeldBy",
  description: "The evidence that an address is held. The strongest kind comes first.",
  words: WORDS,
});

export const holderShape = {
  address: z.string().describe("The address in canonical form (RFC 5952 for IPv6)."),
  claimName: z
    .string()
    .optional()
    .describe(
      "Name of the claim that holds the address, which is `<host>-<pool>` for a host. Absent if the IPAddress object names no claim.",
    ),
  by: heldByWord.describe("The evidence that the address is held. The strongest kind counts."),
  addressName: z
    .string()
    .describe("Name of the IPAddress object that exists for the address, or of the one that will be created."),
  stack: z
    .string()
    .optional()
    .describe("The `<project>/<stack>` that reserved the address. Absent if no object names it."),
  resource: z
    .string()
    .optional()
    .describe("Logical name of the resource that reserved the address, in that stack. Absent if no object names it."),
  inUse: z.boolean().describe("Whether a live claim uses the address. No update changes or frees such an address."),
  conflictsWith: z
    .array(z.string())
    .optional()
    .describe(
      "Other claims that also expect this address, for example through a `preAllocations` entry. Only one of them can get it.",
    ),
};

export const holder = z
  .object(holderShape)
  .meta({ id: "Holder", description: "An address of a pool, and its holder." });
