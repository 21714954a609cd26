/** How a program names an address that somebody holds, and what it is told. */
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
  ...networkOutputs,
};
