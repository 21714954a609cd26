/**
 * The network of one host: its NICs, what is built on them, and the addresses. A device is a NIC, a bond or a VLAN. All
 * formats are rendered from it.
 */
import type { Address, Family } from "../core/address";
import type { Subnet } from "../core/range";
import type { BondMode, BondOption } from "./bond-options";

export interface Layout {
  readonly nics: readonly Nic[];
  readonly bonds: readonly Bond[];
  readonly vlans: readonly Vlan[];
  readonly networks: readonly LinkNetwork[];
  readonly dnsServers: readonly Address[];
  readonly dnsSearch: readonly string[];
}

/** MTUs are in bytes. A missing one is the kernel's default. */
export interface Nic {
  readonly name: string;
  /** Lower case with colons. */
  readonly mac: string;
  readonly mtu?: number | undefined;
}

export interface Bond {
  readonly name: string;
  /** Names of NICs. */
  readonly members: readonly string[];
  readonly mode: BondMode;
  readonly mtu?: number | undefined;
  readonly options: { readonly [Option in BondOption]?: string };
}

export interface Vlan {
  /** Name of a NIC or bond. */
  readonly link: string;
  /** 1 to 4094 (IEEE 802.1Q). */
  readonly id: number;
  readonly mtu?: number | undefined;
}

/** One network on one device. A device with two families has two of them. */
export type LinkNetwork = StaticNetwork | DynamicNetwork;

interface OnLink {
  readonly name: string;
  /** Name of a device. */
  readonly link: string;
  readonly routes: readonly Route[];
}

export interface StaticNetwork extends OnLink {
  readonly kind: "static";
  readonly address: Address;
  /** In bits. */
  readonly prefixLength: number;
  /** The gateway of the default route. Absent if the network has no default route. */
  readonly defaultVia?: Address | undefined;
}

/** `ipv4` and `ipv6` ask a DHCP server. `slaac` takes an IPv6 address from router advertisements (RFC 4862). */
export const DYNAMIC_KINDS = ["ipv4", "ipv6", "slaac"] as const;

export interface DynamicNetwork extends OnLink {
  readonly kind: (typeof DYNAMIC_KINDS)[number];
}

export interface Route {
  /** Without host bits. */
  readonly to: Subnet;
  readonly via: Address;
  /** The lowest one wins. Absent: the reader chooses. */
  readonly metric?: number;
}

/** Lower than any metric that a reader gives to a default route of DHCP. So a NIC that boots by DHCP does not win. */
const DEFAULT_METRIC = 50;

/** All readers of network_data.json call a VLAN so, whatever name it has there. */
export function vlanName({ link, id }: Pick<Vlan, "link" | "id">): string {
  return `${link}.${id}`;
}

export function familyOf(network: LinkNetwork): Family {
  if (network.kind === "static") return network.address.family;
  return network.kind === "ipv4" ? 4 : 6;
}

export function isStatic(network: LinkNetwork): network is StaticNetwork {
  return network.kind === "static";
}

export const DEFAULT_ROUTE: Readonly<Record<Family, Subnet>> = {
  4: { address: { family: 4, value: 0n }, prefixLength: 0 },
  6: { address: { family: 6, value: 0n }, prefixLength: 0 },
};

/** The routes of a network with its default route, which comes first. */
export function allRoutes(network: LinkNetwork): Route[] {
  const via = isStatic(network) ? network.defaultVia : undefined;
  return [...(via ? [{ to: DEFAULT_ROUTE[via.family], via, metric: DEFAULT_METRIC }] : []), ...network.routes];
}
