/** The inputs and outputs of a PreAllocation. */
import { z } from "zod";
import { addressText } from "../../api/address-text";
import { objectName } from "../../api/names";
import { claimNameOutput, networkOutputs } from "../allocation-outputs";
import { fallback, placement } from "../choices";
import { computedProperties } from "../filled";
import { poolReference, poolReferenceOutputs } from "../pool-reference";

export const preAllocationShape = {
  ...poolReference,
  host: objectName
    .optional()
    .describe(
      "Name of the BareMetalHost, which need not exist yet. The claim is `<host>-<pool>`, as CAPM3 calls it with `--enable-bmh-name-based-preallocation`. Exactly one of `host` and `claimName`.",
    ),
  claimName: objectName
    .optional()
    .describe(
      "Name of the claim that will get the address, where it is not a host's. Exactly one of `host` and `claimName`.",
    ),
  address: addressText
    .optional()
    .describe("Pins the address, in any spelling. Default: `placement` decides once, and the host keeps it."),
  fallback: fallback.optional().describe("What happens if the pinned address is taken. Default: `error`."),
  placement: placement
    .optional()
    .describe(
      "Which free address is taken where none is pinned. Default: `byName`, where `node-1` and `node-2` are neighbours. With `lowest` and several new siblings it is unknown until the update; for many hosts take a PreAllocationSet.",
    ),
  adopt: z
    .boolean()
    .optional()
    .describe(
      "Takes over a reservation of this claim that somebody else has made, instead of an error. Default: false.",
    ),
};

export const preAllocationOutputs = {
  ...poolReferenceOutputs,
  host: z.string().optional().describe("Name of the BareMetalHost. Absent where the program gave `claimName`."),
  claimName: claimNameOutput,
  address: z.string().describe("The reserved address. Known in the preview, unless `placement` is `lowest`."),
  ...networkOutputs,
};

export const PRE_ALLOCATION_COMPUTED = computedProperties({
  inputs: preAllocationShape,
  outputs: preAllocationOutputs,
});
