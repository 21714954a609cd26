/** The messages about a kubeconfig, for users: whole messages, without secrets. */

export const kubeconfigWording = {
  /** The subject of messages: content of a setting, or a file. */
  content: (setting: string) => `The kubeconfig in ${setting}`,
  file: (file: string) => `Kubeconfig ${file}`,
  list: (files: string) => `Kubeconfig ${files} (KUBECONFIG)`,

  missing: (setting: string, file: string) => `${setting} names ${file}, which does not exist.`,
  allMissing: (files: readonly string[]) => `KUBECONFIG names ${files.join(" and ")}. No such file exists.`,
  someMissing: (files: readonly string[]) => `KUBECONFIG also names ${files.join(" and ")}. No such file exists.`,
  unreadable: (file: string, why: string) => `Kubeconfig ${file} cannot be read (${why}).`,
  longPath: (length: number) =>
    `a path of ${length} characters (content begins with "apiVersion:" or "{", or has several lines)`,
  notFile: "it is a pipe or a device, not a file",
  tooManyBytes: (limit: number) => `it has more than ${limit} bytes`,

  /** `what`: the subject. */
  tooLarge: (what: string, limit: number) => `${what} is larger than ${limit} bytes.`,
  tooDeep: (what: string) => `${what} is nested too deeply.`,
  /** `where`: `line 3: DUPLICATE_KEY`. */
  notYaml: (what: string, where: string | undefined) =>
    `${what} is neither YAML nor JSON${where === undefined ? "" : ` (${where})`}.`,
  invalid: (what: string, faults: readonly string[]) => `${what} is not valid. ${faults.join(" ")}`,
  wrongType: (path: string, expected: string) => `${path || "The whole"} is missing or is not of type ${expected}.`,
  unexpected: (path: string) => `${path || "The whole"} is not what is expected.`,

  /** `giving`: the words that choose a context. */
  noCurrent: (what: string, contexts: readonly string[], giving: string) =>
    `${what} has no current-context. ${contextsText(contexts)} Choose one with ${giving}.`,
  noContext: (what: string, name: string, contexts: readonly string[], giving: string) =>
    `${what} has no context ${JSON.stringify(name)}. ${contextsText(contexts)} Choose one with ${giving}.`,
  undefinedCluster: (what: string, context: string, cluster: string) =>
    `${what} names cluster ${cluster} in context ${context}, but does not define it.`,
  undefinedUser: (what: string, context: string, user: string) =>
    `${what} names user ${user} in context ${context}, but does not define it.`,

  noCluster: (setting: string, giving: string) =>
    "No cluster is configured: there is no KUBECONFIG and no ~/.kube/config, and this is not a pod. " +
    `Set ${setting}, or choose a folder of manifests with ${giving}.`,
  contextInPod: (setting: string, context: string) =>
    `${setting} is ${JSON.stringify(context)}, but there is no kubeconfig. A pod has only one cluster.`,

  /** `risky`: one of the following two. */
  harmful: (setting: string, risky: string, giving: string) =>
    `The kubeconfig in ${setting} has ${risky}. If you trust its source, allow it with ${giving}. ` +
    "Or give the path of a kubeconfig instead of its content.",
  startsProgram: (field: string) => `${field}, which starts a program`,
  readsFile: (field: string) => `${field}, which reads a file`,

  notUrl: (cluster: string) => `The server of cluster ${cluster} is not an http(s) URL.`,
  userInUrl: (cluster: string) =>
    `The server of cluster ${cluster} has a user or password in its URL. Name a user of the kubeconfig instead.`,
  plainHttp: (cluster: string, origin: string) =>
    `The server of cluster ${cluster} is ${origin}. Plain http is only for this machine. Use https.`,
  badProxy: (cluster: string) =>
    `The proxy-url of cluster ${cluster} is not http or https. Other proxies are not supported.`,
  terminal: (command: string, user: string) =>
    `The exec plugin ${command} of user ${user} needs a terminal (interactiveMode), and there is none.`,
  unsupportedLogin: (login: string, user: string) =>
    `User ${user} logs in with ${login}, which is not supported. Use a token, a client certificate or an exec plugin.`,
  unsupportedExtra: (user: string) => `as-user-extra of user ${user} is not supported.`,
  badImpersonation: (user: string) => `as, as-uid and as-groups of user ${user} must each be one line of ASCII.`,

  /** `whose`: `cluster kind-a` or `user kind-a`. */
  insecureWithCa: (whose: string) =>
    `certificate-authority and insecure-skip-tls-verify of ${whose} exclude each other. Remove one.`,
  noCertificate: (whose: string) => `certificate-authority of ${whose} holds no PEM certificate.`,
  lonelyCertificate: (whose: string) =>
    `client-certificate and client-key of ${whose} belong together. One is missing.`,
  badCertificate: (whose: string) =>
    `client-certificate and client-key of ${whose} must be a PEM certificate and its key without a password.`,
  unreadablePem: (field: string, whose: string, file: string, why: string) =>
    `${field} of ${whose} names ${file}, which cannot be read (${why}).`,

  insecure: (cluster: string) =>
    `Cluster ${cluster} has insecure-skip-tls-verify, so its certificate is not checked. An attacker on the network can ` +
    "read the credentials and change what is written.",
  expired: (user: string, at: string) => `The client certificate of user ${user} expired at ${at}.`,
} as const;

function contextsText(contexts: readonly string[]): string {
  return contexts.length === 0 ? "It has no contexts." : `Its contexts are ${[...contexts].sort().join(", ")}.`;
}
