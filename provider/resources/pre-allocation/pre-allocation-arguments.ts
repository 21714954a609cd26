/** What a program says of a PreAllocation. */
import { z } from "zod";
import { canonicalAddress } from "../../api/address-text";
import { namespaceName, objectName } from "../../api/names";

export const preAllocationShape = {
  pool: objectName,
  namespace: namespaceName.optional(),
  host: objectName.optional(),
  claimName: objectName.optional(),
  address: canonicalAddress.optional(),
  fallback: z.enum(["error", "next"]).optional(),
  placement: z.enum(["byName", "lowest"]).optional(),
  adopt: z.boolean().optional(),
};
