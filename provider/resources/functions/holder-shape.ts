/** An address and its holder, as both functions show it. */
import { z } from "zod";

const WORDS = {
  lock: "An IPAddress object with this provider's marks: a reservation, or the address of one of its IPClaims.",
  ipaddress: "An IPAddress object without them: Metal3's controller made it for a live IPClaim, or somebody by hand.",
  ipaddressclaim: "An IPAddress object of CAPI's group, made for an IPAddressClaim.",
  entry: "An entry in the pool's `preAllocations`, and no object: a host that is away, or an entry made by hand.",
  ipclaim: "An IPClaim that asks for the address by annotation, and that has not been served yet.",
  plan: "A resource of this program, which has not written it yet.",
};

export type HeldBy = keyof typeof WORDS;

export const heldByWord = z
  .enum(Object.keys(WORDS) as HeldBy[])
  .meta({ id: "HeldBy", description: "What says that an address is held.", words: WORDS });

export const holderShape = {
  address: z.string().describe("The address, canonical text (RFC 5952 for IPv6)."),
  claimName: z
    .string()
    .optional()
    .describe("Name of the claim that holds it, for a host `<host>-<pool>`. Absent for an IPAddress that names none."),
  by: heldByWord.describe("What says so; of several, the one that comes first in this list."),
  addressName: z
    .string()
    .describe("Name of the IPAddress object that is there, or, where there is none yet, of the one that will be."),
  stack: z.string().optional().describe("`<project>/<stack>` that reserved it. Absent where no object says so."),
  resource: z
    .string()
    .optional()
    .describe("Logical name of the resource that reserved it, in that stack. Absent where no object says so."),
  inUse: z
    .boolean()
    .describe(
      "Whether a claim of that name lives: then the address is neither changed nor freed, whatever a program says.",
    ),
  conflictsWith: z
    .array(z.string())
    .optional()
    .describe(
      "Other claims that are promised the same address, by an entry beside another's lock, say: only one of them can get it.",
    ),
};

export const holder = z
  .object(holderShape)
  .meta({ id: "Holder", description: "An address of a pool, and who holds it." });
