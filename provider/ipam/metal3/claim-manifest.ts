/** The IPClaim as a program declares it. */
import { apiVersionOf } from "../../api/kinds";
import type { Manifest, OwnerReference } from "../../api/meta";
import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { IP_CLAIM } from "../../api/metal3/kinds";
import { type Address, formatAddress } from "../../core/address";
import type { PoolName } from "../pool-name";
import { newMarkAnnotations } from "./marks";
import { marksBy, type Owner } from "./owner";

export interface DeclaredClaim {
  readonly pool: PoolName;
  readonly name: string;
  readonly labels: Record<string, string> | undefined;
  readonly annotations: Record<string, string> | undefined;
  readonly ownerReferences: OwnerReference[] | undefined;
  /** The address that the claim asks for. Undefined if the controller chooses. */
  readonly address: Address | undefined;
}

/** `owner`: the owner in the claim's marks. Undefined for a manifest without marks, to compare what the program declares. */
export function claimManifest(declared: DeclaredClaim, owner: Owner | undefined): Manifest {
  const { pool, name, labels, annotations, ownerReferences, address } = declared;
  const requested = address && { [REQUESTED_ADDRESS_ANNOTATION]: formatAddress(address) };
  return {
    apiVersion: apiVersionOf(IP_CLAIM),
    kind: IP_CLAIM.kind,
    metadata: {
      name,
      namespace: pool.namespace,
      ...(labels && { labels }),
      annotations: { ...annotations, ...requested, ...(owner && newMarkAnnotations(marksBy(owner))) },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { pool: { name: pool.name, namespace: pool.namespace } },
  };
}
