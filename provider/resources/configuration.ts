/**
 * The stack's configuration as a schema. `Config` is the same as a type, in a file of its own: a program that imports the
 * dynamic resource classes reads that type and should not have to load a schema library.
 */
import { z } from "zod";
import { namespaceName } from "../api/names";

export const configuration = {
  directory: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of Metal3 manifests that the pools are kept in; a relative path starts in the program's folder, `~` in your home. Excludes `kubeconfig`, `context` and `allowExec`.",
    ),
  kubeconfig: z.string().min(1).optional().meta({
    description:
      "Path or content of a kubeconfig: the cluster that the pools are kept in. Default: what kubectl would use (`KUBECONFIG`, `~/.kube/config`, a pod's service account). Excludes `directory`.",
    secret: true,
  }),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Context of the kubeconfig. Default: its current one. Excludes `directory`."),
  allowExec: z
    .boolean()
    .optional()
    .describe(
      "Lets a kubeconfig that is given as content start programs and read files of this machine for its credentials; one that is given as a path may. Default: false. Excludes `directory`.",
    ),
  deleteUnreachable: z
    .boolean()
    .optional()
    .describe(
      "Lets a delete end well, with a warning, where its cluster cannot be reached: for a cluster that is gone for good. What is in a cluster that comes back stays there. Default: what `{variable:deleteUnreachable}` says in the environment, else false. `{destroy}` takes settings from the last update, so there the variable alone helps.",
    ),
  namespace: namespaceName
    .optional()
    .describe("Namespace of resources that name none. Default: that of the kubeconfig's context, else `default`."),
};
