/** Chooses the cluster: finds the kubeconfig as kubectl does, and picks one of its contexts. */
import { homedir } from "node:os";
import path from "node:path";
import type { SettingWords } from "../../config";
import { type ClusterEntry, type KubeconfigText, parseKubeconfig, type UserEntry } from "./kubeconfig-text";
import { kubeconfigWording } from "./kubeconfig-wording";
import { readNamedFile, unreadable } from "./named-file";

export interface KubeconfigSource {
  /** `~` is the user's home. */
  readonly path?: string | undefined;
  readonly content?: string | undefined;
  /** Default: the kubeconfig's current context. */
  readonly context?: string | undefined;
  /** Lets content start processes and read files: see `openConnection`. */
  readonly allowExec?: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The names of the settings in messages. */
  readonly words: SettingWords;
  /** The folder of a pod's service account. Default: the folder that the kubelet uses. */
  readonly serviceAccount?: string | undefined;
}

/** One context with its cluster and user. */
export interface ChosenContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly cluster: Named<ClusterEntry>;
  readonly user: Named<UserEntry>;
  /** True if it was given as content. That may come from anywhere, so its paths may not be meant for this machine. */
  readonly isContent: boolean;
  readonly warnings: readonly string[];
}

/** Relative paths start at `folder`, the folder of its file. */
export type Named<T> = T & { readonly name: string; readonly folder: string };

/** Undefined if no setting names a kubeconfig, and kubectl's usual places have none. Throws if a named file does not exist. */
export async function chooseContext(source: KubeconfigSource): Promise<ChosenContext | undefined> {
  const found = await findKubeconfig(source);
  return found && chosen(found, source);
}

interface Merged {
  readonly what: string;
  readonly clusters: Map<string, Named<ClusterEntry>>;
  readonly users: Map<string, Named<UserEntry>>;
  readonly contexts: Map<string, { cluster: string; user: string | undefined; namespace: string | undefined }>;
  current: string | undefined;
  readonly isContent: boolean;
  readonly warnings: string[];
}

async function findKubeconfig({ path: named, content, env, words }: KubeconfigSource): Promise<Merged | undefined> {
  if (content !== undefined) {
    const what = kubeconfigWording.content(words.setting("kubeconfig"));
    return merge(newMerged(what, true), parseKubeconfig(content, what), process.cwd());
  }
  const home = env.HOME || env.USERPROFILE || homedir();
  if (named !== undefined) {
    const file = path.resolve(named.replace(/^~(?=$|[/\\])/, home));
    const text = await readText(file);
    if (text !== undefined) return mergeFile(newMerged(kubeconfigWording.file(file)), file, text);
    throw new Error(kubeconfigWording.missing(words.setting("kubeconfig"), shownPath(file)));
  }
  const listed = [...new Set((env.KUBECONFIG ?? "").split(path.delimiter).filter((file) => file !== ""))];
  if (listed.length > 0) return mergeList(listed.map((file) => path.resolve(file)));
  const usual = path.join(home, ".kube", "config");
  const text = await readText(usual);
  return text === undefined ? undefined : mergeFile(newMerged(kubeconfigWording.file(usual)), usual, text);
}

/** Like kubectl, ignores missing files of the list if at least one exists. */
async function mergeList(files: readonly string[]): Promise<Merged> {
  const merged = newMerged(kubeconfigWording.list(files.join(path.delimiter)));
  const missing: string[] = [];
  for (const file of files) {
    const text = await readText(file);
    if (text === undefined) missing.push(file);
    else mergeFile(merged, file, text);
  }
  if (missing.length === files.length) throw new Error(kubeconfigWording.allMissing(files));
  if (missing.length > 0) merged.warnings.push(kubeconfigWording.someMissing(missing));
  return merged;
}

function newMerged(what: string, isContent = false): Merged {
  return {
    what,
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    current: undefined,
    isContent,
    warnings: [],
  };
}

function mergeFile(merged: Merged, file: string, content: string): Merged {
  return merge(merged, parseKubeconfig(content, kubeconfigWording.file(file)), path.dirname(file));
}

/** The first file that sets a name or the current context wins (kubernetes.io, "Merging kubeconfig files"). */
function merge(merged: Merged, { clusters, users, contexts, currentContext }: KubeconfigText, folder: string): Merged {
  for (const [name, entry] of clusters) {
    if (!merged.clusters.has(name)) merged.clusters.set(name, { ...entry, name, folder });
  }
  for (const [name, entry] of users) if (!merged.users.has(name)) merged.users.set(name, { ...entry, name, folder });
  for (const [name, { cluster, user, namespace }] of contexts) {
    if (merged.contexts.has(name)) continue;
    merged.contexts.set(name, { cluster, user: user || undefined, namespace: namespace || undefined });
  }
  merged.current ??= currentContext;
  return merged;
}

function chosen(merged: Merged, { context: wanted, words }: KubeconfigSource): ChosenContext {
  const { what, clusters, users, contexts, isContent, warnings } = merged;
  const name = wanted ?? merged.current;
  const there = [...contexts.keys()];
  const giving = words.giving("context", "NAME");
  if (name === undefined) throw new Error(kubeconfigWording.noCurrent(what, there, giving));
  const context = contexts.get(name);
  if (context === undefined) throw new Error(kubeconfigWording.noContext(what, name, there, giving));
  const cluster = clusters.get(context.cluster);
  if (cluster === undefined) throw new Error(kubeconfigWording.undefinedCluster(what, name, context.cluster));
  const user = context.user === undefined ? { name: "", folder: "" } : users.get(context.user);
  if (user === undefined) throw new Error(kubeconfigWording.undefinedUser(what, name, context.user ?? ""));
  return { name, namespace: context.namespace, cluster, user, isContent, warnings };
}

/** Undefined if there is no such file. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readNamedFile(file);
  } catch (error) {
    const why = unreadable(error);
    if (why === "ENOENT" || why === "ENOTDIR") return undefined;
    throw new Error(kubeconfigWording.unreadable(shownPath(file), why));
  }
}

/** A long text may be content that was not recognised as such. It must not be quoted. */
function shownPath(file: string): string {
  if (file.length <= 250) return file;
  return kubeconfigWording.longPath(file.length);
}
