/** The network configurations of all hosts, from their addresses. */
import * as pulumi from "@pulumi/pulumi";
import { type RenderNetworkConfigResult, renderNetworkConfig } from "../nodejs";
import type { HostNetworksArgs } from "./arguments";
import { renderingFaults } from "./faults";
import type { Allocations } from "./reservations";

export interface Rendering {
  /** Host → its configuration. Empty if there are faults. */
  readonly configs: Record<string, RenderNetworkConfigResult>;
  /** One line for each fault, with its hosts. */
  readonly faults: readonly string[];
}

/**
 * Asks once for each host, and returns the faults of all hosts together. It waits for the addresses itself: in a preview,
 * `renderNetworkConfigOutput` would not ask about resources that do not exist yet.
 */
export function renderHosts(
  { hosts, networks, bonds, vlans, dnsServers, dnsSearch }: HostNetworksArgs,
  allocations: pulumi.Output<Allocations>,
  options: pulumi.InvokeOptions,
): pulumi.Output<Rendering> {
  const onLinks = Object.entries(networks).map(([name, { link, routes, dhcp, ...rest }]) => {
    const defaultRoute = "defaultRoute" in rest ? rest.defaultRoute : undefined;
    return { name, link, routes, dhcp, defaultRoute };
  });
  const layout = pulumi.output({ bonds, vlans, dnsServers, dnsSearch, networks: onLinks });
  return pulumi.all([layout, allocations]).apply(async ([layout, allocations]): Promise<Rendering> => {
    const names = Object.keys(allocations);
    const answers = await Promise.allSettled(
      names.map((host) => {
        const nics = Object.entries(hosts[host]?.nics ?? {}).map(([name, nic]) =>
          typeof nic === "string" ? { name, mac: nic } : { name, ...nic },
        );
        const networks = layout.networks.map((one) => ({ ...one, allocation: allocations[host]?.[one.name] }));
        return renderNetworkConfig({ ...layout, host, nics, networks }, options);
      }),
    );
    const faults = answers.flatMap((answer, index) =>
      answer.status === "rejected" ? [[names[index]!, (answer.reason as Error).message] as const] : [],
    );
    if (faults.length > 0) return { configs: {}, faults: renderingFaults(faults, Object.keys(networks)) };
    const configs = Object.fromEntries(
      answers.flatMap((answer, index) => (answer.status === "fulfilled" ? [[names[index]!, answer.value]] : [])),
    );
    return { configs, faults: [] };
  });
}
