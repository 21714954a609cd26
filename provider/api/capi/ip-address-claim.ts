/** CAPI's IPAddressClaim: cluster-api, `api/ipam/v1beta2/ipaddressclaim_types.go`. */
import { z } from "zod";
import { type Read, readWith } from "../fault";
import { locatedManifest, mayBeEmpty, type StoredManifest, withoutNulls } from "../meta";
import { IP_POOL } from "../metal3/kinds";
import { isObjectName, SUBDOMAIN_RULE } from "../names";

/** CAPI's IPPoolReference. The pool of a namespaced kind is in the claim's namespace. */
export interface PoolRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** A domain without a version, unlike `apiVersion`. */
export const apiGroup = z.string().superRefine((text, context) => {
  const [group = "", version] = text.split("/");
  const isNamed = isObjectName(group) && group.includes(".");
  if (isNamed && version === undefined) return;
  const message =
    isNamed && version !== ""
      ? `has a version. Write ${group}.`
      : `is not an API group, such as ipam.cluster.x-k8s.io. It ${SUBDOMAIN_RULE}`;
  context.addIssue({ code: "custom", message });
});

const MAX_KIND_LENGTH = 63;

export const kindName = z
  .string()
  .refine((text) => text.length <= MAX_KIND_LENGTH && /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(text), {
    error: "is not a kind, such as InClusterIPPool.",
  });

const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: mayBeEmpty(z.string()),
  message: mayBeEmpty(z.string()),
});

const claim = z.looseObject({
  spec: z.looseObject({
    clusterName: mayBeEmpty(z.string()),
    // v1beta1 may leave out the group.
    poolRef: z.looseObject({ apiGroup: z.string().default(""), kind: z.string(), name: z.string() }),
  }),
  status: z
    .looseObject({
      addressRef: z.looseObject({ name: mayBeEmpty(z.string()) }).optional(),
      conditions: z.array(condition).optional(),
    })
    .optional(),
});

/** The condition `Ready`, which not every provider sets. */
export type Ready = z.infer<typeof condition>;

/** An IPAddressClaim read once. */
export interface IPAddressClaim {
  readonly manifest: StoredManifest;
  readonly namespace: string;
  readonly name: string;
  readonly clusterName: string | undefined;
  readonly poolRef: PoolRef;
  /** The IPAddress that holds the claim's address. Undefined until the pool's provider has served the claim. */
  readonly addressName: string | undefined;
  readonly ready: Ready | undefined;
}

export function readIPAddressClaim(object: StoredManifest): Read<IPAddressClaim> {
  const read = readWith(claim, withoutNulls(object));
  if (!read.ok) return read;
  const { spec, status } = read.value;
  const { apiGroup, kind, name } = spec.poolRef;
  return {
    ok: true,
    value: {
      ...locatedManifest(object),
      clusterName: spec.clusterName,
      poolRef: { apiGroup, kind, name },
      addressName: status?.addressRef?.name,
      ready: status?.conditions?.find(({ type }) => type === "Ready"),
    },
  };
}

/** Metal3's controller serves any kind of its group as an IPPool. */
export function isMetal3Pool({ apiGroup }: Pick<PoolRef, "apiGroup">): boolean {
  return apiGroup === IP_POOL.group;
}

/** The reasons after which Metal3's controller never looks at a claim again (ip-address-manager, `capiCreateAddress`). */
const FINAL: ReadonlySet<string | undefined> = new Set(["AllocationFailed", "PoolExhausted"]);

/**
 * The message of Metal3's controller, if it has refused the claim for ever. Undefined for other providers, because they try
 * again when an address becomes free.
 */
export function finalRefusal({ poolRef, addressName, ready }: IPAddressClaim): string | undefined {
  const isRefused = isMetal3Pool(poolRef) && addressName === undefined && ready?.status === "False";
  return isRefused && FINAL.has(ready.reason) ? (ready.message ?? ready.reason) : undefined;
}
