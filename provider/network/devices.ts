/** The devices of a layout in the order in which they are built, each with what it inherits from others. */
import type { Family } from "../core/address";
import { allRoutes, type Bond, familyOf, type Layout, type LinkNetwork, type Vlan, vlanName } from "./layout";

interface Common {
  readonly name: string;
  /** A bond has the MAC address of its first member, and a VLAN that of its link. */
  readonly mac: string;
  readonly mtu?: number | undefined;
  readonly networks: readonly LinkNetwork[];
}

export type Device =
  /** `bond`: the bond that it is a member of. */
  | (Common & { readonly type: "nic"; readonly bond?: string | undefined })
  /** `keepsMac`: false if each member gives the bond its own MAC address while it is active. */
  | (Common & { readonly type: "bond"; readonly of: Bond; readonly keepsMac: boolean })
  | (Common & { readonly type: "vlan"; readonly of: Vlan });

/** The layout must have no faults. */
export function devicesOf({ nics, bonds, vlans, networks }: Layout): Device[] {
  const on = (name: string) => networks.filter(({ link }) => link === name);
  const first = (bond: Bond) => nics.find(({ name }) => name === bond.members[0])!;
  const bases = [...nics, ...bonds.map((bond) => ({ ...bond, mac: first(bond).mac }))];
  return [
    ...nics.map((nic): Device => {
      const bond = bonds.find(({ members }) => members.includes(nic.name));
      // Some readers give a member its bond's MTU by themselves, and others do not.
      return { ...nic, type: "nic", bond: bond?.name, mtu: nic.mtu ?? bond?.mtu, networks: on(nic.name) };
    }),
    ...bonds.map((of): Device => {
      const keepsMac = (of.options.fail_over_mac ?? "none") === "none";
      return { type: "bond", name: of.name, mac: first(of).mac, mtu: of.mtu, networks: on(of.name), of, keepsMac };
    }),
    ...vlans.map((of): Device => {
      const name = vlanName(of);
      // A VLAN that is made before its link has its MTU would keep a smaller one.
      const { mac, mtu } = bases.find((base) => base.name === of.link)!;
      return { type: "vlan", name, mac, mtu: of.mtu ?? mtu, networks: on(name), of };
    }),
  ];
}

/** The bond has the addresses of its members. */
export function isMember(device: Device): boolean {
  return device.type === "nic" && device.bond !== undefined;
}

/** The networks of a device in one family. */
export function networksOf({ networks }: Device, family: Family): LinkNetwork[] {
  return networks.filter((network) => familyOf(network) === family);
}

/**
 * The device that gets the DNS servers of a family: the one with its default route, or else the first with a network of it.
 */
export function dnsDevice(devices: readonly Device[], family: Family): Device | undefined {
  const withNetwork = devices.filter((device) => networksOf(device, family).length > 0);
  const hasDefault = (device: Device) =>
    networksOf(device, family).some((network) => allRoutes(network).some(({ to }) => to.prefixLength === 0));
  return withNetwork.find(hasDefault) ?? withNetwork[0];
}
