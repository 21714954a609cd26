/** The inputs and outputs of an IPClaim. */
import { z } from "zod";
import { addressText } from "../../api/address-text";
import { objectName } from "../../api/names";
import { networkOutputs } from "../allocation-outputs";
import { claimPlacement, fallback } from "../choices";
import { computedProperties } from "../filled";
import { ownerReferences } from "../owner-references";
import { poolReference, poolReferenceOutputs } from "../pool-reference";

export const claimShape = {
  name: objectName.describe("Name of the IPClaim object. Default: the resource's logical name, without a suffix."),
  namespace: poolReference.namespace,
  pool: poolReference.pool,
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe("Labels of the IPClaim object. The provider manages only these keys and leaves others alone."),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe("Annotations of the IPClaim object. The provider manages only these keys and leaves others alone."),
  ownerReferences,
  address: addressText
    .optional()
    .describe(
      "Pins the address, in any valid notation. Default: `placement` chooses once, and the claim keeps that address.",
    ),
  fallback: fallback.optional().describe("Says what happens if the pinned address is taken. Default: `error`."),
  placement: claimPlacement
    .optional()
    .describe(
      "Says which free address is taken if none is pinned. Default: `byName`, which the preview shows. `controller` leaves the address unknown until the update. So does `lowest` if there are several new claims.",
    ),
  waitForController: z
    .boolean()
    .optional()
    .describe(
      "Waits until Metal3's controller has served the claim. This needs a cluster. Default: true with `placement: controller`, or else false.",
    ),
};

export const claimOutputs = {
  name: z.string().describe("Name of the IPClaim object."),
  ...poolReferenceOutputs,
  address: z
    .string()
    .describe(
      "The claim's address. With `placement: controller` and `waitForController: false`, the first update shows no address. A later update shows it, after Metal3's controller has served the claim.",
    ),
  ...networkOutputs,
  addressName: z
    .string()
    .describe("Name of the Metal3 IPAddress object that holds the address: `<namePrefix of the pool>-<address>`."),
};

export const CLAIM_COMPUTED = computedProperties({ inputs: claimShape, outputs: claimOutputs });
