/** All formats of one host's network. */
import { stringify } from "yaml";
import { formatAddress } from "../core/address";
import { deviceFaults } from "./device-faults";
import { devicesOf } from "./devices";
import type { LayoutFault } from "./fault";
import { ignition } from "./ignition";
import { keyfiles } from "./keyfiles";
import { isStatic, type Layout, type StaticNetwork } from "./layout";
import { isMisreadHost } from "./names";
import { netplan } from "./netplan";
import { networkData } from "./network-data";
import { networkFaults } from "./network-faults";
import { nmstate } from "./nmstate";

export interface Rendered {
  readonly networkData: string;
  readonly nmstate: string;
  readonly netplan: string;
  readonly ignition: string;
  readonly keyfiles: Readonly<Record<string, string>>;
  /** As OpenShift's agent-config and NMStateConfig want them: NICs only. */
  readonly interfaces: readonly { readonly name: string; readonly macAddress: string }[];
  readonly dhcpHosts: readonly string[];
  /** `stringData` of the Secret that BareMetalHosts name. */
  readonly secretData: { readonly networkData: string; readonly nmstate: string };
}

/** All faults at once. */
export function layoutFaults(layout: Layout): LayoutFault[] {
  return [...deviceFaults(layout), ...networkFaults(layout)];
}

/** `layout` must have no faults. `host`: its name, for `dhcpHosts`. */
export function render(layout: Layout, host: string): Rendered {
  const devices = devicesOf(layout);
  const texts = { networkData: json(networkData(layout, devices)), nmstate: yaml(nmstate(layout, devices)) };
  const files = keyfiles(layout, devices);
  return {
    ...texts,
    netplan: yaml(netplan(layout, devices)),
    ignition: json(ignition(files)),
    keyfiles: files,
    interfaces: layout.nics.map(({ name, mac }) => ({ name, macAddress: mac })),
    dhcpHosts: dhcpHosts(layout, host),
    secretData: texts,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** YAML 1.1 reads a MAC address of digits as one number, and `on` as true. So such texts need quotes. */
function yaml(value: object): string {
  return stringify(value, { version: "1.1", aliasDuplicateObjects: false, lineWidth: 0 });
}

/**
 * Lines for dnsmasq's `dhcp-host`: `MAC,ADDRESS,HOST`. A host boots from a NIC before it has bonds, so a bond's address comes
 * with the MAC addresses of all members. No VLAN boots. dnsmasq knows one address of each family for a NIC: the first one.
 */
function dhcpHosts({ nics, bonds, networks }: Layout, host: string): string[] {
  const isFirst = ({ link, address: { family } }: StaticNetwork, index: number, all: readonly StaticNetwork[]) =>
    all.findIndex((one) => one.link === link && one.address.family === family) === index;
  const first = networks.filter(isStatic).filter(isFirst);
  return first.flatMap(({ link, address }) => {
    const members = bonds.find(({ name }) => name === link)?.members ?? [link];
    const macs = nics.filter(({ name }) => members.includes(name)).map(({ mac }) => mac);
    const text = formatAddress(address);
    const name = isMisreadHost(host) ? [] : [host];
    return macs.length > 0 ? [[...macs, address.family === 6 ? `[${text}]` : text, ...name].join(",")] : [];
  });
}
