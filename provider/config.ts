/** Stack configuration, the same words in both doors: `metal3-ipam:<key>`. */
export interface Config {
  /** Folder of Metal3 manifests: the embedded file store. Excludes what is about a cluster. */
  readonly directory?: string | undefined;
  /** Path or content of a kubeconfig. Secret. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** A kubeconfig given as content may start programs and read files. */
  readonly allowExec?: boolean | undefined;
  /** Namespace of resources that name none. Default: the context's, else `default`. */
  readonly namespace?: string | undefined;
}

/** Whether `kubeconfig` is the content of one; otherwise it is a path. */
export function isKubeconfigContent(kubeconfig: string): boolean {
  return /^\s*(\{|apiVersion:)/.test(kubeconfig) || kubeconfig.trim().includes("\n");
}
