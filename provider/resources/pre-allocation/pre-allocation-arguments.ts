/** The inputs and outputs of a PreAllocation. */
import { z } from "zod";
import { addressText } from "../../api/address-text";
import { objectName } from "../../api/names";
import { claimNameOutput, networkOutputs } from "../allocation-outputs";
import { claimKind, fallback, placement } from "../choices";
import { computedProperties } from "../filled";
import { poolReference, poolReferenceOutputs } from "../pool-reference";

export const preAllocationShape = {
  ...poolReference,
  host: objectName
    .optional()
    .describe(
      "Name of the BareMetalHost, which need not exist yet. The claim is called `<host>-<pool>`, as in CAPM3 with `--enable-bmh-name-based-preallocation`. Give exactly one of `host` and `claimName`.",
    ),
  claimName: objectName
    .optional()
    .describe(
      "Name of the claim that will get the address, if it does not belong to a BareMetalHost. Give exactly one of `host` and `claimName`.",
    ),
  address: addressText
    .optional()
    .describe(
      "Pins the address, in any valid notation. Default: `placement` chooses once, and the host keeps that address.",
    ),
  fallback: fallback.optional().describe("Says what happens if the pinned address is taken. Default: `error`."),
  placement: placement
    .optional()
    .describe(
      "Says which free address is taken if none is pinned. Default: `byName`, which makes `node-1` and `node-2` neighbours. If there are several new siblings, `lowest` leaves the address unknown until the update. For many hosts, use a PreAllocationSet.",
    ),
  claimKind: claimKind
    .optional()
    .describe(
      "Says which kind of claim will get the address. Default: `IPClaim`. `IPAddressClaim` needs `claimName`, because no controller asks for an IPAddressClaim by the name of a host. A change replaces the resource, and the address stays.",
    ),
  adopt: z
    .boolean()
    .optional()
    .describe(
      "Takes over a reservation of this claim that another stack or a person has made. Without it, such a reservation is an error. Default: false.",
    ),
};

export const preAllocationOutputs = {
  ...poolReferenceOutputs,
  host: z.string().optional().describe("Name of the BareMetalHost. Absent if the program gave `claimName`."),
  claimName: claimNameOutput,
  claimKind: claimKind
    .optional()
    .describe("The kind of claim that will get the address. Absent for an IPClaim by default."),
  address: z.string().describe("The reserved address. The preview shows it, unless `placement` is `lowest`."),
  ...networkOutputs,
};

export const PRE_ALLOCATION_COMPUTED = computedProperties({
  inputs: preAllocationShape,
  outputs: preAllocationOutputs,
});
