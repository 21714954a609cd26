/** The Kubernetes objects of the hosts that use the addresses. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import { type Input, type Resource, rootStackResource } from "@pulumi/pulumi";
import type { BareMetalHostArgs, HostNetworksArgs } from "./arguments";

/**
 * The Bare Metal Operator deletes a host after it has deprovisioned it and cleaned its disks. If the update stops waiting
 * before, it fails, and the addresses stay reserved for a later update.
 */
const DELETE_TIMEOUT = "2h";

interface Surroundings {
  readonly namespace: Input<string> | undefined;
  /** The Secret's content for one host. */
  readonly secretData: (host: string) => Input<Record<string, Input<string>>>;
  /** What reserves the addresses. */
  readonly dependencies: readonly Resource[];
  readonly parent: Resource;
}

/** The Secrets and BareMetalHosts that the arguments ask for. */
export function createHostObjects(
  { hosts, secrets, bareMetalHosts, prefix = "" }: HostNetworksArgs,
  { namespace, secretData, dependencies, parent }: Surroundings,
): void {
  for (const [name, { bareMetalHost }] of Object.entries(hosts)) {
    const secretName = `${name}-network-data`;
    const secret =
      (secrets ?? bareMetalHost !== undefined)
        ? new Secret(
            `${prefix}${secretName}`,
            { metadata: { name: secretName, namespace }, stringData: secretData(name) },
            { parent, dependsOn: [...dependencies] },
          )
        : undefined;
    if (bareMetalHost === undefined) continue;
    const { spec, ...metadata } = merged(bareMetalHosts, bareMetalHost);
    // Pulumi replaces a changed Secret. The host has its name as a text, so no replacement reaches the host.
    const networkData = secret && { networkData: { name: secretName }, preprovisioningNetworkDataName: secretName };
    const host = {
      apiVersion: "metal3.io/v1alpha1",
      kind: "BareMetalHost",
      metadata: { name, namespace, ...metadata },
      spec: { ...spec, ...networkData },
    };
    const dependsOn = secret ? [...dependencies, secret] : [...dependencies];
    new CustomResource(`${prefix}${name}`, host, {
      parent,
      dependsOn,
      customTimeouts: { delete: DELETE_TIMEOUT },
      aliases: [{ parent: rootStackResource }], // a program that created the host itself keeps it
    });
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
