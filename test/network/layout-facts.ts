/** What the arguments of renderNetworkConfig say, by the words of docs/networks.md. All readers are compared with this. */
import { bondText, deviceFacts, type Facts, facts, nicText, type Parsed, routeText, vlanText } from "./facts";

export function factsOfLayout({ nics, bonds = [], vlans = [], networks, dnsServers, dnsSearch = [] }: Parsed): Facts {
  const macOf = ({ mac }: Parsed) => mac.replaceAll("-", ":");
  const bondOf = (nic: Parsed) => bonds.find(({ members }: Parsed) => members.includes(nic.name));
  const mtuOf = (name: string) => [...nics, ...bonds].find((one) => one.name === name).mtu;
  const on = (link: string): Parsed[] => networks.filter((one: Parsed) => one.link === link);
  const ip = (link: string, mtu: number | undefined) => ({
    mtu,
    addresses: on(link).flatMap(({ allocation }) => (allocation ? `${allocation.address}/${allocation.prefix}` : [])),
    routes: on(link).flatMap(({ defaultRoute, allocation, routes = [] }) => [
      ...(defaultRoute ? [routeText({ to: "default", via: allocation.gateway, metric: 50 })] : []),
      ...routes.map(routeText),
    ]),
    dynamic: on(link).flatMap(({ dhcp }) => dhcp ?? []),
  });
  const offered = networks.flatMap(({ allocation }: Parsed) => allocation?.dnsServers ?? []);
  return facts(
    [
      ...nics.map((nic: Parsed) => {
        const bond = bondOf(nic);
        return [nic.name, deviceFacts(nicText(macOf(nic), bond?.name), ip(nic.name, nic.mtu ?? bond?.mtu))];
      }),
      ...bonds.map(({ name, mode, members, mtu, options = {} }: Parsed) => {
        const keepsMac = (options.fail_over_mac ?? "none") === "none";
        const mac = macOf(nics.find((nic: Parsed) => nic.name === members[0]));
        const text = bondText(mode, keepsMac ? mac : undefined, { miimon: "100", ...options });
        return [name, deviceFacts(text, ip(name, mtu))];
      }),
      ...vlans.map(({ link, id, mtu }: Parsed) => {
        const name = `${link}.${id}`;
        return [name, deviceFacts(vlanText(id, link), ip(name, mtu ?? mtuOf(link)))];
      }),
    ],
    dnsServers ?? offered,
    dnsSearch,
  );
}
