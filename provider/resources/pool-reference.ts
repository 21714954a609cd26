/** How a resource names the pool of its addresses. */
import { z } from "zod";
import { namespaceName, objectName } from "../api/names";

/** The default that all resources describe alike. Each door fills in the name of its setting. */
export const DEFAULT_NAMESPACE =
  "Default: `{setting:namespace}`, else that of the kubeconfig's context, else `default`.";

export const poolReference = {
  pool: objectName.describe(
    "Name of the IPPool. Pass the pool's output `name`, not a text, so that {engine} knows the order.",
  ),
  namespace: namespaceName
    .optional()
    .describe(`Namespace of the pool, and of its claims, for Metal3 serves no others. ${DEFAULT_NAMESPACE}`),
};

export const poolReferenceOutputs = {
  pool: z.string().describe("Name of the IPPool."),
  namespace: z.string().describe("Namespace of the pool, and of its claims."),
};
