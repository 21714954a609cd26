/** How a resource names the pool of its addresses. */
import { z } from "zod";
import { namespaceName, objectName } from "../api/names";

/** The default that all resources describe alike. Each door fills in the name of its setting. */
export const DEFAULT_NAMESPACE =
  "Default: `{setting:namespace}`, or else the namespace of the kubeconfig's context, or else `default`.";

export const poolReference = {
  pool: objectName.describe(
    "Name of the IPPool. Pass the pool's output `name`, not a string, so that {engine} creates the pool first.",
  ),
  namespace: namespaceName
    .optional()
    .describe(
      `Namespace of the pool and of its claims. Metal3 serves claims only in the pool's namespace. ${DEFAULT_NAMESPACE}`,
    ),
};

export const poolReferenceOutputs = {
  pool: z.string().describe("Name of the IPPool."),
  namespace: z.string().describe("Namespace of the pool and of its claims."),
};
