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
      "Folder of Metal3 manifests in which the pools are kept. A relative path starts in the program's folder, and `~` is your home. Not together with `kubeconfig`, `context` or `allowExec`.",
    ),
  kubeconfig: z.string().min(1).optional().meta({
    description:
      "Path or content of a kubeconfig for the cluster in which the pools are kept. Default: the one that kubectl would use (`KUBECONFIG`, `~/.kube/config`, a pod's service account). Not together with `directory`.",
    secret: true,
  }),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Context of the kubeconfig. Default: its current context. Not together with `directory`."),
  allowExec: z
    .boolean()
    .optional()
    .describe(
      "Allows a kubeconfig that is given as content to start programs and read files of this machine for its credentials. A kubeconfig that is given as a path may always do so. Default: false. Not together with `directory`.",
    ),
  deleteUnreachable: z
    .boolean()
    .optional()
    .describe(
      "Lets a delete succeed with a warning if the cluster cannot be reached. Use it only for a cluster that never comes back, because the objects stay in it. Default: the environment variable `{variable:deleteUnreachable}`, or else false. `{destroy}` reads this setting from the last update. Set the variable to change it for one run.",
    ),
  namespace: namespaceName
    .optional()
    .describe(
      "Namespace of resources that name none. Default: the namespace of the kubeconfig's context, or else `default`.",
    ),
};
