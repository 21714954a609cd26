/** What a program says of an IPClaim. */
import { z } from "zod";
import { canonicalAddress } from "../../api/address-text";
import { namespaceName, objectName } from "../../api/names";

export const claimShape = {
  name: objectName,
  namespace: namespaceName.optional(),
  pool: objectName,
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  ownerReferences: z
    .array(
      z.looseObject({
        apiVersion: z.string().min(1),
        kind: z.string().min(1),
        name: objectName,
        uid: z.string().min(1),
      }),
    )
    .optional(),
  address: canonicalAddress.optional(),
  fallback: z.enum(["error", "next"]).optional(),
  placement: z.enum(["byName", "lowest", "controller"]).optional(),
  waitForController: z.boolean().optional(),
};
