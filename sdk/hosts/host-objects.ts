/** The Kubernetes objects of the hosts that use the addresses. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { BareMetalHostArgs, HostNetworksArgs } from "./arguments";

/**
 * The Bare Metal Operator deletes a host after it has deprovisioned it and cleaned its disks. If the update stopped waiting
 * before, it would free the addresses of a host that is still up.
 */
const DELETE_TIMEOUT = "2h";

interface Surroundings {
  readonly namespace: Input<string> | undefined;
  /** The Secret's content for one host. */
  readonly secretData: (host: string) => Input<Record<string, Input<string>>>;
  /** They wait for all addresses. */
  readonly options: CustomResourceOptions;
}

/** The Secrets and BareMetalHosts that the arguments ask for. */
export function createHostObjects(
  { hosts, secrets, bareMetalHosts, prefix = "" }: HostNetworksArgs,
  { namespace, secretData, options }: Surroundings,
): void {
  for (const [name, { bareMetalHost: own }] of Object.entries(hosts)) {
    // The Secret is not immutable, because a replacement would delete it, and with it what depends on it: the host.
    const secret =
      (secrets ?? own !== undefined)
        ? new Secret(
            `${prefix}${name}-network-data`,
            { metadata: { name: `${name}-network-data`, namespace }, stringData: secretData(name) },
            options,
          )
        : undefined;
    if (own === undefined) continue;
    const { spec, ...metadata } = merged(bareMetalHosts, own);
    const networkData = secret && {
      networkData: { name: secret.metadata.name, namespace: secret.metadata.namespace },
      preprovisioningNetworkDataName: secret.metadata.name,
    };
    const host = {
      apiVersion: "metal3.io/v1alpha1",
      kind: "BareMetalHost",
      metadata: { name, namespace, ...metadata },
      spec: { ...spec, ...networkData },
    };
    new CustomResource(`${prefix}${name}`, host, { ...options, customTimeouts: { delete: DELETE_TIMEOUT } });
  }
}

/** Without what is empty: Pulumi would apply an empty map in every update, because the server does not store it. */
function merged(shared: BareMetalHostArgs = {}, own: BareMetalHostArgs): BareMetalHostArgs {
  const filled = <T extends object>(map: T): T | undefined => (Object.keys(map).length > 0 ? map : undefined);
  const bmc = filled({ ...shared.spec?.bmc, ...own.spec?.bmc });
  return {
    labels: filled({ ...shared.labels, ...own.labels }),
    annotations: filled({ ...shared.annotations, ...own.annotations }),
    spec: { ...shared.spec, ...own.spec, bmc },
  };
}
