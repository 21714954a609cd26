/** Which cluster is meant: finds the kubeconfig as kubectl does, and picks one context of it. */
import { homedir } from "node:os";
import path from "node:path";
import type { SettingWords } from "../../config";
import { type ClusterEntry, type KubeconfigText, parseKubeconfig, type UserEntry } from "./kubeconfig-text";
import { readNamedFile, unreadable } from "./named-file";

export interface KubeconfigSource {
  /** `~` is the user's home. */
  readonly path?: string | undefined;
  readonly content?: string | undefined;
  /** Default: the kubeconfig's current one. */
  readonly context?: string | undefined;
  /** Content may start processes and read files: see `openConnection`. */
  readonly allowExec?: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** How messages speak of the settings. */
  readonly words: SettingWords;
  /** Where a pod has its service account. Default: where the kubelet puts it. */
  readonly serviceAccount?: string | undefined;
}

/** One context and what it names. Paths in it are absolute, but in content. */
export interface ChosenContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly cluster: Named<ClusterEntry>;
  readonly user: Named<UserEntry>;
  /** True: it came as content, from nobody knows where; nothing in it is this machine's. */
  readonly isContent: boolean;
  readonly warnings: readonly string[];
}

/** `folder` is where its relative paths start: that of its file. */
export type Named<T> = T & { readonly name: string; readonly folder: string };

/** Undefined: nothing names a kubeconfig, and there is none where kubectl looks. Throws where what is named is not there. */
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
    const what = `the kubeconfig in ${words.setting("kubeconfig")}`;
    return merge(newMerged(what, true), parseKubeconfig(content, what), process.cwd());
  }
  const home = env.HOME || env.USERPROFILE || homedir();
  if (named !== undefined) {
    const file = path.resolve(named.replace(/^~(?=$|[/\\])/, home));
    const text = await readText(file);
    if (text !== undefined) return mergeFile(newMerged(`kubeconfig ${file}`), file, text);
    throw new Error(`${words.setting("kubeconfig")} names ${shownPath(file)}, which does not exist`);
  }
  const listed = [...new Set((env.KUBECONFIG ?? "").split(path.delimiter).filter((file) => file !== ""))];
  if (listed.length > 0) return mergeList(listed.map((file) => path.resolve(file)));
  const usual = path.join(home, ".kube", "config");
  const text = await readText(usual);
  return text === undefined ? undefined : mergeFile(newMerged(`kubeconfig ${usual}`), usual, text);
}

/** kubectl passes over files of the list that are not there, if any is. */
async function mergeList(files: readonly string[]): Promise<Merged> {
  const merged = newMerged(`kubeconfig ${files.join(path.delimiter)} (KUBECONFIG)`);
  const missing: string[] = [];
  for (const file of files) {
    const text = await readText(file);
    if (text === undefined) missing.push(file);
    else mergeFile(merged, file, text);
  }
  if (missing.length === files.length) throw new Error(`KUBECONFIG names ${files.join(" and ")}, which does not exist`);
  if (missing.length > 0) merged.warnings.push(`KUBECONFIG also names ${missing.join(" and ")}, which does not exist`);
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
  return merge(merged, parseKubeconfig(content, `kubeconfig ${file}`), path.dirname(file));
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
  const there = contexts.size === 0 ? "it has no contexts" : `it has ${[...contexts.keys()].sort().join(", ")}`;
  const remedy = `choose one with ${words.giving("context", "NAME")}`;
  if (name === undefined) throw new Error(`${what} has no current-context; ${there}; ${remedy}`);
  const context = contexts.get(name);
  if (context === undefined) throw new Error(`${what} has no context ${JSON.stringify(name)}; ${there}; ${remedy}`);
  const cluster = clusters.get(context.cluster);
  if (cluster === undefined)
    throw new Error(`${what}: context ${name} names cluster ${context.cluster}, which is not in it`);
  const user = context.user === undefined ? { name: "", folder: "" } : users.get(context.user);
  if (user === undefined) throw new Error(`${what}: context ${name} names user ${context.user}, which is not in it`);
  return { name, namespace: context.namespace, cluster, user, isContent, warnings };
}

/** Undefined: there is no such file. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readNamedFile(file);
  } catch (error) {
    const why = unreadable(error);
    if (why === "ENOENT" || why === "ENOTDIR") return undefined;
    throw new Error(`kubeconfig ${shownPath(file)} cannot be read (${why})`);
  }
}

/** What was meant as content, but is not recognised as such, must not be quoted. */
function shownPath(file: string): string {
  if (file.length <= 250) return file;
  return `a path of ${file.length} characters (content begins with "apiVersion:" or "{", or has several lines)`;
}
