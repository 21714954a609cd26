/** What is wrong with an inventory, in messages that name the host or network. Pure, and without Pulumi. */
import { parseMac } from "../../provider/core/mac";
import type { Inventory, InventoryHost, InventoryNetwork } from "./inventory";

/** All faults that show only if the hosts and networks are seen together. renderNetworkConfig checks the single host. */
export function inventoryFaults(inventory: Inventory): string[] {
  const hosts = Object.entries(inventory.hosts);
  return [
    ...networkFaults(Object.entries(inventory.networks)),
    ...hosts.flatMap(([host, { pins = {} }]) =>
      Object.keys(pins).flatMap((network) => pinFault(host, network, inventory.networks) ?? []),
    ),
    ...valuesTwice("MAC address", hosts, ({ nics }) => Object.values(nics).map(macOf)),
    ...valuesTwice("BMC address", hosts, ({ bareMetalHost }) => [bareMetalHost?.spec?.bmc?.address]),
  ];
}

function networkFaults(networks: readonly (readonly [string, InventoryNetwork])[]): string[] {
  return networks.flatMap(([name, { pool, dhcp, claimSuffix }], index) => {
    if ((pool === undefined) === (dhcp === undefined))
      return `networks.${name}: Give exactly one of \`pool\` and \`dhcp\`.`;
    // One pool in two outputs shows only in the provider, which refuses the second claim.
    const sameClaims = networks
      .slice(0, index)
      .find(([, other]) => pool !== undefined && other.pool === pool && other.claimSuffix === claimSuffix);
    return sameClaims === undefined
      ? []
      : `networks.${name}: It has the same pool as network ${sameClaims[0]}, and CAPM3 has one claim for each host and pool. Give this network a \`claimSuffix\` of its own.`;
  });
}

function pinFault(host: string, network: string, networks: Inventory["networks"]): string | undefined {
  const at = `hosts.${host}.pins.${network}`;
  if (!Object.hasOwn(networks, network))
    return `${at}: There is no such network. Choose one of ${Object.keys(networks).join(", ")}.`;
  return networks[network]?.dhcp === undefined
    ? undefined
    : `${at}: The host gets this address by DHCP. Remove the pin.`;
}

function macOf(nic: string | { readonly mac: string }): string {
  const text = typeof nic === "string" ? nic : nic.mac;
  const mac = parseMac(text);
  return mac.ok ? mac.value : text; // renderNetworkConfig refuses it
}

/** Values that two hosts have. */
function valuesTwice(
  what: string,
  hosts: readonly (readonly [string, InventoryHost])[],
  valuesOf: (host: InventoryHost) => readonly unknown[],
): string[] {
  const holders = new Map<string, string>();
  return hosts.flatMap(([name, host]) =>
    valuesOf(host).flatMap((value) => {
      if (typeof value !== "string") return [];
      const holder = holders.get(value) ?? name;
      holders.set(value, holder);
      return holder === name ? [] : `hosts.${name}: It has the ${what} ${value} of host ${holder}.`;
    }),
  );
}

const NAMED_HOSTS = 3;

/**
 * The faults that renderNetworkConfig has found, by host. Most are faults of the layout, which all hosts share, so equal ones
 * are one line. `networks`: their names, in the order in which the function got them.
 */
export function renderingFaults(
  faults: readonly (readonly [host: string, message: string])[],
  networks: readonly string[],
): string[] {
  const hostsOf = new Map<string, string[]>();
  for (const [host, text] of faults) {
    const message = text
      .replace(/^Invoke of '[^']*' failed: /, "")
      .replace(/^(.*) \(([^() ]+)\)$/, "$2: $1") // the place first, as in other messages
      .replace(/networks\[(\d+)\]/g, (path, index) => (networks[index] ? `networks.${networks[index]}` : path));
    hostsOf.set(message, [...(hostsOf.get(message) ?? []), host]);
  }
  return [...hostsOf].map(([message, hosts]) => {
    const others = hosts.length - NAMED_HOSTS;
    const named = hosts.slice(0, NAMED_HOSTS).join(", ");
    return `${named}${others > 0 ? ` and ${others} more` : ""}: ${message}`;
  });
}
