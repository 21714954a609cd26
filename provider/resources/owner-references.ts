/** The owners of a claim: their shape, and the check that they still exist. */
import { z } from "zod";
import { isObjectName, objectName } from "../api/names";
import { pathText } from "../api/property-path";
import type { Ipam } from "../ipam/ipam";
import type * as life from "./handler";
import { ownerWording } from "./wording";

const ownerReference = z
  .strictObject({
    apiVersion: z.string().min(1).describe("API version of the owner, for example `cluster.x-k8s.io/v1beta2`."),
    kind: z.string().min(1).describe("Kind of the owner, for example `Machine`."),
    name: objectName.describe("Name of the owner, in the claim's namespace."),
    uid: z.string().min(1).describe("UID of the owner."),
    controller: z.boolean().optional().describe("Whether the owner is the controller of the claim. Default: false."),
    blockOwnerDeletion: z
      .boolean()
      .optional()
      .describe("Whether a foreground deletion of the owner waits until the claim is gone. Default: false."),
  })
  .meta({
    id: "OwnerReference",
    description: "An owner of the claim. Kubernetes deletes the claim when its last owner is gone.",
  });

export const ownerReferences = z
  .array(ownerReference)
  .optional()
  .describe("Owners of the claim, for example a CAPI Machine. The address is freed when the last of them is gone.");

export type OwnerReferences = z.output<typeof ownerReferences>;

export interface DeclaredOwners {
  /** The name of the claim in warnings: `IPClaim metal3/api`. */
  readonly object: string;
  /** Undefined if it is not known before the update. */
  readonly namespace: string | undefined;
  readonly said: OwnerReferences;
  /** The owners of a claim that exists, as state has them. Undefined if the update would create the claim. */
  readonly before: unknown;
}

/**
 * An owner that is gone refuses a new claim, because the garbage collector would delete the claim at once. An existing claim
 * keeps its owner with a warning.
 */
export async function goneOwners(
  ipam: Ipam,
  { object, namespace, said = [], before }: DeclaredOwners,
): Promise<Pick<life.CheckResponse, "failures" | "warnings">> {
  const failures: life.CheckFailure[] = [];
  const warnings: string[] = [];
  const kept = Array.isArray(before) ? before.map(({ uid }) => uid) : [];
  if (namespace === undefined) return { failures, warnings };
  const looks = said.map(async (owner) => isObjectName(owner.name) && (await ipam.isOwnerGone(namespace, owner)));
  for (const [index, isGone] of (await Promise.all(looks)).entries()) {
    if (!isGone) continue;
    const { kind, name, uid } = said[index]!;
    const path = ["ownerReferences", index];
    const reason = ownerWording.ownerGone(kind, name, uid);
    if (kept.includes(uid)) warnings.push(`${object} ${pathText(path)}: ${reason}`);
    else failures.push({ path, reason });
  }
  return { failures, warnings };
}
