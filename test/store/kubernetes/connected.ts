/** Connections as Pulumi's doors open them. */
import { pulumiWords } from "../../../provider/pulumi/vocabulary";
import * as kubernetes from "../../../provider/store/kubernetes/connection";
import type { KubeconfigSource } from "../../../provider/store/kubernetes/kubeconfig";

export function openConnection(
  source: Omit<KubeconfigSource, "words">,
  now?: () => number,
): Promise<kubernetes.Connection> {
  return kubernetes.openConnection({ ...source, words: pulumiWords }, now);
}
