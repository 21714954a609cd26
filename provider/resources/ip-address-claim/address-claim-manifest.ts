/** The IPAddressClaim as a program declares it. */
import { IP_ADDRESS_CLAIM } from "../../api/capi/kinds";
import { apiVersionOf } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { marksBy, newMarkAnnotations, type Owner } from "../../ipam/ipam";
import { present } from "../arguments";
import { declaredMeta } from "../declared-metadata";
import type { Properties } from "../handler";

/** `owner`: undefined for a manifest without marks, to compare what the program declares. */
export function addressClaimManifest(inputs: Properties, owner: Owner | undefined): Manifest {
  const { annotations, ...meta } = declaredMeta(inputs);
  const marks = owner && newMarkAnnotations(marksBy(owner));
  return {
    apiVersion: apiVersionOf(IP_ADDRESS_CLAIM),
    kind: IP_ADDRESS_CLAIM.kind,
    metadata: {
      name: String(inputs.name),
      namespace: String(inputs.namespace),
      ...present(meta),
      annotations: { ...annotations, ...marks },
    },
    spec: present({ clusterName: inputs.clusterName, poolRef: inputs.poolRef }),
  };
}

export function addressClaimKey({ namespace, name }: Properties) {
  return { namespace: String(namespace), name: String(name) };
}
