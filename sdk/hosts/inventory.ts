/** The names and the order under which the hosts of an inventory reserve addresses. Pure, and without Pulumi. */

/** The parts of the arguments that the pure functions read. An `unknown` value may be an output of a resource. */
export interface Inventory {
  readonly hosts: Readonly<Record<string, InventoryHost>>;
  readonly networks: Readonly<Record<string, InventoryNetwork>>;
}

export interface InventoryHost {
  readonly nics: Readonly<Record<string, string | { readonly mac: string }>>;
  readonly controlPlane?: boolean | undefined;
  readonly pins?: Readonly<Record<string, unknown>> | undefined;
  readonly bareMetalHost?: { readonly spec?: { readonly bmc?: { readonly address?: unknown } } } | undefined;
}

export interface InventoryNetwork {
  readonly pool?: unknown;
  readonly dhcp?: unknown;
  readonly claimSuffix?: string | undefined;
}

/** The hosts in the order in which they get addresses: the control plane first, otherwise as the program lists them. */
export function hostsInOrder({ hosts }: Pick<Inventory, "hosts">): string[] {
  const isFirst = (host: string): boolean => hosts[host]?.controlPlane === true;
  const names = Object.keys(hosts);
  return [...names.filter(isFirst), ...names.filter((host) => !isFirst(host))];
}

/** The name under which a host reserves its address of this network. CAPM3 asks for the host's own name. */
export function reservedName(host: string, { claimSuffix }: InventoryNetwork): string {
  return claimSuffix === undefined ? host : `${host}-${claimSuffix}`;
}
