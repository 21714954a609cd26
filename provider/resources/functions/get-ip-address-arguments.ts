/** The inputs and outputs of getIPAddress. */
import { z } from "zod";
import { addressText } from "../../api/address-text";
import { objectName } from "../../api/names";
import { networkOutputs } from "../allocation-outputs";
import { poolReference, poolReferenceOutputs } from "../pool-reference";
import { holderShape } from "./holder-shape";

const ONE_OF = "Exactly one of `host`, `claimName` and `address`.";

export const getIPAddressShape = {
  ...poolReference,
  host: objectName
    .optional()
    .describe(`Name of a BareMetalHost: asks for the address of the claim \`<host>-<pool>\`. ${ONE_OF}`),
  claimName: objectName
    .optional()
    .describe(
      `Name of a claim. If this program reserves its address, pass the output \`claimName\` of the resource. ${ONE_OF}`,
    ),
  address: addressText.optional().describe(`An address, to ask who holds it, in any spelling. ${ONE_OF}`),
};

export const getIPAddressResult = {
  ...poolReferenceOutputs,
  ...holderShape,
  by: holderShape.by
    .optional()
    .describe("What says so; of several, the one that comes first in this list. Absent where nobody holds it."),
  held: z.boolean().describe("Whether anybody holds the address. False only where the question was about an address."),
  ...networkOutputs,
};
