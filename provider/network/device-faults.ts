/** Faults of NICs, bonds and VLANs that a reader of the formats reports too late, or never. */
import { quoted } from "../core/address";
import { BOND_OPTIONS, isBondOption } from "./bond-options";
import { type LayoutFault, oneOfText } from "./fault";
import { type Bond, type Layout, type Vlan, vlanName } from "./layout";
import { MAX_DEVICE_NAME } from "./names";

/** The kernel takes no more digits. */
const NUMBERS = { number: /^(0|[1-9][0-9]{0,8})$/, positive: /^[1-9][0-9]{0,8}$/ };
/** The MTU of a device that is not told another one. */
const DEFAULT_MTU = 1500;

export function deviceFaults(layout: Layout): LayoutFault[] {
  return [
    ...doubleNames(layout),
    ...doubleMacs(layout),
    ...layout.bonds.flatMap((bond, index) => bondFaults(layout, bond, ["bonds", index])),
    ...layout.vlans.flatMap((vlan, index) => vlanFaults(layout, vlan, ["vlans", index])),
  ];
}

type Path = LayoutFault["path"];

function doubleNames({ nics, bonds, vlans }: Layout): LayoutFault[] {
  const named = [
    ...nics.map(({ name }, index) => ({ name, path: ["nics", index, "name"] as Path })),
    ...bonds.map(({ name }, index) => ({ name, path: ["bonds", index, "name"] as Path })),
    ...vlans.map((vlan, index) => ({ name: vlanName(vlan), path: ["vlans", index] as Path })),
  ];
  return named.flatMap(({ name, path }, index) => {
    if (named.slice(0, index).every((other) => other.name !== name)) return [];
    const isMade = path[0] === "vlans";
    const reason = isMade
      ? `makes the device name "${name}", which another device has. Remove one of the two.`
      : `"${name}" is the name of another device as well. Choose another.`;
    return [{ path, reason }];
  });
}

function doubleMacs({ nics }: Layout): LayoutFault[] {
  return nics.flatMap(({ mac }, index) => {
    const other = nics.slice(0, index).find((one) => one.mac === mac);
    const reason = `${mac} is the MAC address of ${other?.name} as well. Each NIC has its own.`;
    return other ? [{ path: ["nics", index, "mac"], reason }] : [];
  });
}

function bondFaults({ nics, bonds }: Layout, bond: Bond, path: Path): LayoutFault[] {
  const names = nics.map(({ name }) => name);
  const before = bonds.slice(0, Number(path[1]));
  const members = bond.members.flatMap((member, index): LayoutFault[] => {
    const at = [...path, "members", index];
    const nic = nics.find(({ name }) => name === member);
    if (!nic) return [{ path: at, reason: `${quoted(member)} is not a NIC. Choose ${oneOfText(names)}.` }];
    const taken = [...before, { ...bond, members: bond.members.slice(0, index) }];
    const other = taken.find((one) => one.members.includes(member));
    if (other) return [{ path: at, reason: `${member} is a member of ${other.name} already. Remove one of the two.` }];
    if (nic.mtu === undefined || nic.mtu === (bond.mtu ?? DEFAULT_MTU)) return [];
    const reason = `${member} has the MTU ${nic.mtu}, but ${mtuText(bond)}. Set \`mtu\` on the bond only.`;
    return [{ path: at, reason }];
  });
  return [...members, ...optionFaults(bond, [...path, "options"])];
}

function optionFaults({ options, mode, members }: Bond, path: Path): LayoutFault[] {
  return Object.entries(options).flatMap(([name, value]): LayoutFault[] => {
    const fault = (reason: string) => [{ path: [...path, name], reason }];
    if (!isBondOption(name)) return fault(`is not an option. Choose ${oneOfText(Object.keys(BOND_OPTIONS))}.`);
    const { modes, needs, values } = BOND_OPTIONS[name];
    if (modes && !modes.includes(mode)) return fault(`has no meaning in mode ${mode}. It needs ${oneOfText(modes)}.`);
    if (needs && options[needs] === undefined) return fault(`has no effect without \`${needs}\`. Set both.`);
    if (values === "number" || values === "positive") {
      return NUMBERS[values].test(value)
        ? []
        : fault(`${quoted(value)} is not a ${values === "number" ? "whole" : values} number.`);
    }
    const words = values === "member" ? members : values;
    return words.includes(value) ? [] : fault(`${quoted(value)} is not possible. Choose ${oneOfText(words)}.`);
  });
}

function vlanFaults({ nics, bonds }: Layout, vlan: Vlan, path: Path): LayoutFault[] {
  const name = vlanName(vlan);
  const faults: LayoutFault[] = [];
  if (name.length > MAX_DEVICE_NAME) {
    const what = `makes the device name "${name}" of ${name.length} characters. Linux allows ${MAX_DEVICE_NAME}.`;
    faults.push({ path, reason: `${what} Give ${vlan.link} a shorter name.` });
  }
  const bases = [...nics, ...bonds];
  const base = bases.find((one) => one.name === vlan.link);
  if (!base) {
    const names = oneOfText(bases.map((one) => one.name));
    const reason = `${quoted(vlan.link)} is not a NIC or a bond, and a VLAN needs one of them. Choose ${names}.`;
    return [...faults, { path: [...path, "link"], reason }];
  }
  const bond = bonds.find(({ members }) => members.includes(vlan.link));
  if (bond) {
    const reason = `${vlan.link} is a member of ${bond.name}. Build the VLAN on ${bond.name}.`;
    faults.push({ path: [...path, "link"], reason });
  }
  if (!bond && vlan.mtu !== undefined && vlan.mtu > (base.mtu ?? DEFAULT_MTU)) {
    const reason = `${vlan.mtu} is too large: ${mtuText(base)}. Set \`mtu: ${vlan.mtu}\` on ${base.name} as well.`;
    faults.push({ path: [...path, "mtu"], reason });
  }
  return faults;
}

function mtuText({ name, mtu }: { readonly name: string; readonly mtu?: number | undefined }): string {
  return mtu === undefined ? `${name} has no \`mtu\`, so its MTU is ${DEFAULT_MTU}` : `${name} has the MTU ${mtu}`;
}

/** The MTU that a device will have, if it is there. */
export function effectiveMtu({ nics, bonds, vlans }: Layout, device: string): number | undefined {
  const vlan = vlans.find((one) => vlanName(one) === device);
  const base = [...nics, ...bonds].find(({ name }) => name === (vlan?.link ?? device));
  return base && (vlan?.mtu ?? base.mtu ?? DEFAULT_MTU);
}
