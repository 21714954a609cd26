/** The inputs and outputs of an IPClaim. */
import { z } from "zod";
import { addressText } from "../../api/address-text";
import { objectName } from "../../api/names";
import { networkOutputs } from "../allocation-outputs";
import { claimPlacement, fallback } from "../choices";
import { computedProperties } from "../filled";
import { poolReference, poolReferenceOutputs } from "../pool-reference";

const ownerReference = z
  .strictObject({
    apiVersion: z.string().min(1).describe("API version of the owner, `cluster.x-k8s.io/v1beta2` say."),
    kind: z.string().min(1).describe("Kind of the owner, `Machine` say."),
    name: objectName.describe("Name of the owner, in the claim's namespace."),
    uid: z.string().min(1).describe("UID of the owner."),
    controller: z.boolean().optional().describe("Whether the owner is the controller of the claim. Default: false."),
    blockOwnerDeletion: z
      .boolean()
      .optional()
      .describe("Whether a foreground deletion of the owner waits for the claim. Default: false."),
  })
  .meta({ id: "OwnerReference", description: "An object whose end is the claim's end: Kubernetes collects it." });

export const claimShape = {
  name: objectName.describe("Name of the IPClaim object. Default: the resource's logical name, without a suffix."),
  namespace: poolReference.namespace,
  pool: poolReference.pool,
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe("Labels of the IPClaim object. Only these keys are managed; those that others set stay."),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe("Annotations of the IPClaim object. Only these keys are managed; those that others set stay."),
  ownerReferences: z
    .array(ownerReference)
    .optional()
    .describe("Objects whose end frees the address: a CAPI Machine, say."),
  address: addressText
    .optional()
    .describe("Pins the address, in any spelling. Default: `placement` decides once, and the claim keeps it."),
  fallback: fallback.optional().describe("What happens if the pinned address is taken. Default: `error`."),
  placement: claimPlacement
    .optional()
    .describe(
      "Which free address is taken where none is pinned. Default: `byName`, known in the preview. With `lowest` and several new claims, and with `controller`, it is known after the update.",
    ),
  waitForController: z
    .boolean()
    .optional()
    .describe(
      "Waits until Metal3's controller has served the claim, which needs a cluster. Default: only with `placement: controller`.",
    ),
};

export const claimOutputs = {
  name: z.string().describe("Name of the IPClaim object."),
  ...poolReferenceOutputs,
  address: z
    .string()
    .describe(
      "The claim's address. With `placement: controller` and `waitForController: false` it is absent until a later update finds the claim served.",
    ),
  ...networkOutputs,
  addressName: z
    .string()
    .describe("Name of the Metal3 IPAddress object that holds the address: `<namePrefix of the pool>-<address>`."),
};

export const CLAIM_COMPUTED = computedProperties({ inputs: claimShape, outputs: claimOutputs });
