/** What a user configures, the same keys in each door. */
export interface Config {
  /** Folder of Metal3 manifests: the embedded file store. Excludes what is about a cluster. */
  readonly directory?: string | undefined;
  /** Path or content of a kubeconfig. Secret. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** A kubeconfig given as content may start programs and read files. */
  readonly allowExec?: boolean | undefined;
  /** A delete ends well where its cluster cannot be reached: what is in the cluster stays there. */
  readonly deleteUnreachable?: boolean | undefined;
  /** Namespace of resources that name none. Default: the context's, else `default`. */
  readonly namespace?: string | undefined;
}

/** Whether `kubeconfig` is the content of one; otherwise it is a path. */
export function isKubeconfigContent(kubeconfig: string): boolean {
  return /^\s*(\{|apiVersion:)/.test(kubeconfig) || kubeconfig.trim().includes("\n");
}

/** How messages speak of settings: each door has its own place for them. */
export interface SettingWords {
  /** The name of a setting. As in: SETTING names a file that does not exist. */
  setting(key: keyof Config): string;
  /** The names of several, where those after the first may be shorter. As in: mend FIRST, SECOND or THIRD. */
  settings(keys: readonly (keyof Config)[]): readonly string[];
  /** What gives a setting a value. As in: choose one with GIVING. */
  giving(key: keyof Config, value: string): string;
  /** What takes a setting away. As in: remove one with REMOVING. */
  readonly removing: string;
}
