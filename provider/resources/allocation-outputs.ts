/** Outputs about a held address that several resources and functions share. */
import { z } from "zod";

export const networkOutputs = {
  prefix: z
    .int()
    .optional()
    .describe(
      "Length of the network mask in bits. It comes from the entry that offers the address, or else from the pool.",
    ),
  gateway: z.string().optional().describe("Gateway of the address's network. Absent if the pool has none."),
  dnsServers: z
    .array(z.string())
    .optional()
    .describe("DNS servers of the address's network. Absent if the pool has none."),
};

/** The description of `claimName`. */
export const claimNameOutput = z
  .string()
  .describe("Name of the claim that gets the address. It is the key in the pool's `preAllocations`.");

export const allocation = z
  .object({
    claimName: claimNameOutput,
    address: z.string().describe("The address in canonical form (RFC 5952 for IPv6)."),
    ...networkOutputs,
  })
  .meta({ id: "Allocation", description: "The address of one host or claim, with its network." });
