/** Stack configuration, the same words in both doors: `metal3-ipam:<key>`. */
export interface Config {
  /** Folder of Metal3 manifests: the embedded file store. Excludes kubeconfig and context. */
  readonly directory?: string | undefined;
  /** Path or content of a kubeconfig. Secret. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Namespace of resources that name none. Default: `default`. */
  readonly namespace?: string | undefined;
}
