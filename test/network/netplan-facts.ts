/** Netplan's YAML. */
import { parse } from "yaml";
import { bondText, deviceFacts, type Facts, facts, nicText, type Parsed, routeText, vlanText } from "./facts";

const KERNEL_NAMES: Readonly<Record<string, string>> = {
  "mii-monitor-interval": "miimon",
  "up-delay": "updelay",
  "down-delay": "downdelay",
  "lacp-rate": "lacp_rate",
  "ad-select": "ad_select",
  "min-links": "min_links",
  "transmit-hash-policy": "xmit_hash_policy",
  primary: "primary",
  "primary-reselect-policy": "primary_reselect",
  "fail-over-mac-policy": "fail_over_mac",
};

export function factsOfNetplan(text: string): Facts {
  const { ethernets = {}, bonds = {}, vlans = {} }: Parsed = parse(text).network;
  const devices = Object.entries<Parsed>({ ...ethernets, ...bonds, ...vlans });
  const named = devices.map(([name, one]): [string, Facts["devices"][string]] => {
    const { mtu, addresses = [], routes = [] } = one;
    const isSlaac = one["accept-ra"] === true && one.dhcp6 !== true;
    const dynamic = [...(one.dhcp4 ? ["ipv4"] : []), ...(one.dhcp6 ? ["ipv6"] : []), ...(isSlaac ? ["slaac"] : [])];
    const said = { mtu, addresses, routes: routes.map(routeText), dynamic };
    return [name, deviceFacts(isText(name, one, bonds), said)];
  });
  const servers = devices.flatMap(([, { nameservers = {} }]) => nameservers.addresses ?? []);
  return facts(
    named,
    servers,
    devices.flatMap(([, { nameservers = {} }]) => nameservers.search ?? []),
  );
}

function isText(name: string, one: Parsed, bonds: Readonly<Record<string, Parsed>>): string {
  if (one.id !== undefined) return vlanText(one.id, one.link);
  if (one.interfaces) {
    const { mode, ...options } = one.parameters;
    const named = Object.entries<string>(options).map(([key, value]) => [KERNEL_NAMES[key] ?? key, value]);
    return bondText(mode, one.macaddress, Object.fromEntries(named));
  }
  const [bond] = Object.entries(bonds).find(([, { interfaces }]) => interfaces.includes(name)) ?? [];
  return nicText(one.match.macaddress, bond);
}
