/**
 * Labels and annotations that are not the program's: this provider, Metal3's controller or CAPM3 writes them. A program that
 * sets one is told what to use instead, because its value would be overwritten or would mislead.
 */
import type { Fault } from "../api/fault";
import { HOST_CLAIM_LABELS } from "../api/metal3/ip-claim";
import { CLUSTER_NAME_LABEL, METAL3_PROVIDER, PAUSED_ANNOTATION, PROVIDER_LABEL } from "../api/metal3/ip-pool";
import { isMark } from "../ipam/ipam";
import { reservedKeyWording } from "./wording";

export type Texts = Readonly<Record<string, string>>;

export interface DeclaredTexts {
  readonly labels?: Texts | undefined;
  readonly annotations?: Texts | undefined;
}

interface ReservedKey {
  readonly field: keyof DeclaredTexts;
  readonly key: string;
  /** The only value that is allowed. Absent if no value is. */
  readonly value?: string;
  readonly reason: string;
}

const SHARED: readonly ReservedKey[] = [
  {
    field: "labels",
    key: PAUSED_ANNOTATION,
    reason: reservedKeyWording.pausedLabel,
  },
  {
    field: "annotations",
    key: CLUSTER_NAME_LABEL,
    reason: reservedKeyWording.clusterAnnotation,
  },
];

const OF_CLAIMS: readonly ReservedKey[] = [
  ...HOST_CLAIM_LABELS.map((key): ReservedKey => {
    return { field: "labels", key, reason: reservedKeyWording.hostClaimLabel };
  }),
  {
    field: "annotations",
    key: PAUSED_ANNOTATION,
    reason: reservedKeyWording.pausedClaim,
  },
];

/** `clusterName`: undefined if the pool has none, or if it is not known yet. */
export function poolKeyFaults(declared: DeclaredTexts, clusterName: string | undefined): Fault[] {
  return [...markFaults(declared), ...reservedFaults(declared, [...SHARED, ...ofCluster(clusterName)])];
}

export function claimKeyFaults(declared: DeclaredTexts): Fault[] {
  return [...markFaults(declared), ...reservedFaults(declared, [...SHARED, ...OF_CLAIMS])];
}

/** The labels that Metal3's controller writes on the pool of a Cluster, and restores. */
function ofCluster(clusterName: string | undefined): ReservedKey[] {
  if (clusterName === undefined) return [];
  const row = (key: string, value: string): ReservedKey => {
    return { field: "labels", key, value, reason: reservedKeyWording.overwritten(value, clusterName) };
  };
  return [row(CLUSTER_NAME_LABEL, clusterName), row(PROVIDER_LABEL, METAL3_PROVIDER)];
}

/** The prefix of our own keys. */
export function markFaults(declared: DeclaredTexts): Fault[] {
  return (["labels", "annotations"] as const).flatMap((field) =>
    Object.keys(declared[field] ?? {})
      .filter(isMark)
      .map((key) => ({ path: [field, key], reason: reservedKeyWording.ownPrefix })),
  );
}

function reservedFaults(declared: DeclaredTexts, rows: readonly ReservedKey[]): Fault[] {
  return rows.flatMap(({ field, key, value, reason }) => {
    const said = declared[field] ?? {};
    return Object.hasOwn(said, key) && said[key] !== value ? [{ path: [field, key], reason }] : [];
  });
}
