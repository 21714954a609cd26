/** The settings of a user. All doors have the same keys. */
export interface Config {
  /** Folder of Metal3 manifests: the embedded file store. It excludes the settings of a cluster. */
  readonly directory?: string | undefined;
  /** Path or content of a kubeconfig. Secret. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** A kubeconfig given as content may start programs and read files. */
  readonly allowExec?: boolean | undefined;
  /** A delete succeeds if its cluster cannot be reached. The objects in the cluster stay. */
  readonly deleteUnreachable?: boolean | undefined;
  /** Namespace of resources that name none. Default: the namespace of the context, or else `default`. */
  readonly namespace?: string | undefined;
}

/** Whether `kubeconfig` is the content of a kubeconfig. Otherwise it is a path. */
export function isKubeconfigContent(kubeconfig: string): boolean {
  return /^\s*(\{|apiVersion:)/.test(kubeconfig) || kubeconfig.trim().includes("\n");
}

/** The names of settings in messages. Each door has its own place for them. */
export interface SettingWords {
  /** The name of a setting. As in: SETTING names a file that does not exist. */
  setting(key: keyof Config): string;
  /** The names of several settings. Those after the first may be shorter. As in: correct FIRST, SECOND or THIRD. */
  settings(keys: readonly (keyof Config)[]): readonly string[];
  /** The command that sets a setting. As in: choose one with GIVING. */
  giving(key: keyof Config, value: string): string;
  /** The command that removes a setting. As in: remove one with REMOVING. */
  readonly removing: string;
}
