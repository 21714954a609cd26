/** Outputs about a held address that several resources and functions share. */
import { z } from "zod";

export const networkOutputs = {
  prefix: z
    .int()
    .optional()
    .describe("Length of the network mask in bits: of the entry that offers the address, else of the pool."),
  gateway: z.string().optional().describe("Gateway of the address's network. Absent where the pool names none."),
  dnsServers: z
    .array(z.string())
    .optional()
    .describe("DNS servers of the address's network. Absent where the pool names none."),
};

/** The description of `claimName`. */
export const claimNameOutput = z
  .string()
  .describe("Name of the claim that gets the address: the key in the pool's `preAllocations`.");

export const allocation = z
  .object({
    claimName: claimNameOutput,
    address: z.string().describe("The address, canonical text (RFC 5952 for IPv6)."),
    ...networkOutputs,
  })
  .meta({ id: "Allocation", description: "What one host gets." });
