/** Messages about the folder or the cluster that holds the pools. */
import type { Fault } from "../../api/fault";
import { pathText } from "../../api/property-path";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { listText, orText, poolText, quoted } from "./subject";

export const backendWording = {
  namespaceMissing: (words: Vocabulary, namespace: string) =>
    `Namespace ${namespace} does not exist. Create it with \`kubectl create namespace ${namespace}\` or in the program, or set ` +
    `\`${words.setting("namespace")}\`.`,

  namespaceEnding: (words: Vocabulary) =>
    `Wait until it is gone and create it again, or set \`${words.setting("namespace")}\` to another one.`,

  clusterMissing: (namespace: string, cluster: string) =>
    `Cluster ${namespace}/${cluster} does not exist. Until it does, Metal3 serves no claim of its pools.`,

  outOfReach: (words: Vocabulary, cluster: string) =>
    `Check that the API server of ${cluster} is up and is the one you mean (${quoted(words.settings(["kubeconfig", "context"])).join(", ")}), ` +
    "then run the command again.",

  forbidden: (words: Vocabulary, cluster: string) =>
    `Ask for the role metal3-ipam-writer in ${cluster} (deploy/rbac). If the credentials are refused, log in again, or choose ` +
    `another user with \`${words.setting("context")}\`.`,

  notInstalled: (words: Vocabulary, cluster: string) =>
    `If you mean another cluster than ${cluster}, correct ${orText(quoted(words.settings(["kubeconfig", "context"])))}.`,

  stateKept: (why: string) => `Could not read the cluster, so the last known state stands. ${why}`,

  stateKeptUnopened: (why: string) =>
    `Could not read the backend, so the last known state stands. ${why} A refresh uses the configuration of the last update.`,

  targetChanged: (words: Vocabulary, before: string, now: string) =>
    `This stack moves from ${before} to ${now}. An update creates the same addresses there, and leaves ${before} alone. ` +
    `If you do not mean that, correct ${orText(quoted(words.settings(["directory", "kubeconfig", "context"])))}.`,

  targetMoved: (before: string, now: string) =>
    `This stack moved from ${before} to ${now}. What the program declares is there already, and stays as it is.`,

  wentWhileMade: (kind: string, key: string) => `${kind} ${key} was deleted while this update wrote it.`,
  isBeingDeleted: (kind: string, key: string) => `${kind} ${key} is being deleted.`,

  cancelled: (words: Vocabulary, what: string) =>
    `Stopped while ${what}. Run \`${words.update}\` again, which continues from here.`,

  undone: (why: string, left: string) =>
    `${why} What was written before could not be undone: ${left} The next update completes it.`,

  malformed: (kind: string, key: string, faults: readonly Fault[]) =>
    `${kind} ${key} cannot be read: ${faults.map((fault) => `${pathText(fault.path)}: ${fault.reason}`).join(" ")} ` +
    "Correct it by hand. Nothing was overwritten.",

  /** `own`: the object's own file. This provider writes no other file for it. */
  fileTaken: (object: string, own: string) =>
    `${object} belongs in ${own}, but that file holds other objects. Give each object a file of its own.`,

  misplaced: (object: string, own: string, files: readonly string[]) =>
    `${object} is in ${files.join(" and ")}, which this provider does not write. Move it to ${own}, a file of its own.`,

  otherwiseIn: (object: string, own: string, files: readonly string[]) =>
    `${object} is also in ${files.join(" and ")}, with other content. This provider writes ${own} only. Remove the other one.`,

  waitsForPool: (pool: PoolName) => `waiting for ${poolText(pool)} to be there`,
  waitsForPause: (paused: string) => `waiting until the pause ends: ${paused}`,
  waitsForDeletion: (pool: PoolName) => `waiting until ${poolText(pool)} is gone`,
  waitsForEndOf: (kind: string, key: string) => `waiting until ${kind} ${key} is gone`,
  waitsForHolders: (pool: PoolName, holders: readonly string[]) =>
    `waiting until ${poolText(pool)} holds no address (${listText(holders)})`,
  waitsForAnswer: (claim: string) => `waiting for Metal3's controller to serve IPClaim ${claim}`,
  waitsForEnd: (claim: string) => `waiting for Metal3's controller to free IPClaim ${claim}`,
  reserving: (pool: PoolName, done: number, all: number) => `${done} of ${all} addresses of ${poolText(pool)} locked`,
} as const;
