/** Checks an IPPool's labels and annotations, and the names that others turn into labels. */
import type { Fault } from "../../api/fault";
import { MAX_LABEL_LENGTH } from "../../api/metadata-rules";
import { PAUSED_ANNOTATION } from "../../api/metal3/ip-pool";
import { quoted } from "../../core/address";
import type { Stored } from "../../store/store";
import { readArguments } from "../arguments";
import type * as life from "../handler";
import { annotationsBeside, checkMetadata } from "../metadata-check";
import { poolKeyFaults, type Texts } from "../reserved-keys";
import { poolManifest } from "./ip-pool-manifest";
import { type PoolArguments, poolShape } from "./pool-arguments";
import { poolWording } from "./wording";

export function checkPoolMetadata({
  owner,
  args,
  unknown,
  olds,
  live,
  namespace = "",
}: {
  readonly owner: life.ResourceOwner;
  readonly args: PoolArguments;
  /** Properties that are not known before the update. */
  readonly unknown: ReadonlySet<string>;
  readonly olds: life.Properties | undefined;
  /** The pool as it is stored. */
  readonly live: Stored | undefined;
  readonly namespace: string | undefined;
}): Pick<life.CheckResponse, "failures" | "warnings"> {
  const { name = "" } = args;
  const { labels, annotations, clusterName } = olds ?? {};
  const before = olds && readArguments(READ, { labels, annotations, clusterName }).args;
  const object = `IPPool ${namespace}/${name}`;
  const { failures, warnings } = checkMetadata({
    object,
    said: args,
    before,
    beside: { ...annotationsBeside(owner, live, before?.annotations), ...statedTerms(args) },
    own: ownFaults,
  });
  return { failures, warnings: [...warnings, ...nameWarnings(object, name), ...pauseWarnings(object, args, unknown)] };
}

/** The annotations for what Metal3 has no place for. */
function statedTerms(args: PoolArguments): Texts {
  return poolManifest({ ...args, annotations: undefined }, undefined)?.metadata.annotations ?? {};
}

function nameWarnings(object: string, name: string): string[] {
  if (name.length <= MAX_LABEL_LENGTH) return [];
  return [poolWording.longName(object, name.length, MAX_LABEL_LENGTH)];
}

/** Whether a program pauses the pool. The key alone counts, whatever its value (CAPI's `annotations.HasPaused`). */
export function isPaused({ annotations }: life.Properties): boolean {
  return typeof annotations === "object" && annotations !== null && Object.hasOwn(annotations, PAUSED_ANNOTATION);
}

/** Warnings for a program that pauses its pool. Metal3's controller obeys the pause only on the pool of a Cluster. */
function pauseWarnings(
  object: string,
  { annotations, clusterName }: PoolArguments,
  unknown: ReadonlySet<string>,
): string[] {
  const value = annotations?.[PAUSED_ANNOTATION];
  if (value === undefined) return [];
  const isOdd = value !== "" && value !== "true";
  const hasNoCluster = clusterName === undefined && !unknown.has("clusterName");
  return [
    ...(isOdd ? [poolWording.pausedByKey(object, PAUSED_ANNOTATION, quoted(value))] : []),
    ...(hasNoCluster ? [poolWording.pausedHalf(object)] : []),
  ];
}

/** The arguments that are read from state. */
const READ = { labels: poolShape.labels, annotations: poolShape.annotations, clusterName: poolShape.clusterName };

function ownFaults(declared: Pick<PoolArguments, keyof typeof READ>): Fault[] {
  const { clusterName } = declared;
  const keys = poolKeyFaults(declared, clusterName);
  if (clusterName === undefined || clusterName.length <= MAX_LABEL_LENGTH) return keys;
  const reason = poolWording.longClusterName(quoted(clusterName), clusterName.length, MAX_LABEL_LENGTH);
  return [{ path: ["clusterName"], reason }, ...keys];
}
