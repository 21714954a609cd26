/** The inputs and outputs of getIPAddress. */
import { z } from "zod";
import { addressText } from "../../api/address-text";
import { objectName } from "../../api/names";
import { networkOutputs } from "../allocation-outputs";
import { poolReference, poolReferenceOutputs } from "../pool-reference";
import { holderShape } from "./holder-shape";

const ONE_OF = "Give exactly one of `host`, `claimName` and `address`.";

export const getIPAddressShape = {
  ...poolReference,
  host: objectName
    .optional()
    .describe(`Name of a BareMetalHost. Asks for the address of its claim \`<host>-<pool>\`. ${ONE_OF}`),
  claimName: objectName
    .optional()
    .describe(
      `Name of a claim. If this program reserves its address, pass the output \`claimName\` of the resource. ${ONE_OF}`,
    ),
  address: addressText.optional().describe(`An address, in any valid notation. Asks who holds it. ${ONE_OF}`),
};

export const getIPAddressResult = {
  ...poolReferenceOutputs,
  ...holderShape,
  by: holderShape.by
    .optional()
    .describe("The evidence that the address is held. The strongest kind counts. Absent if the address is free."),
  held: z
    .boolean()
    .describe("Whether the address has a holder. It is false only if the question was about an address."),
  ...networkOutputs,
};
