/** OpenStack's network_data.json. */
import { bondText, deviceFacts, type Facts, facts, nicText, type Parsed, routeText, vlanText } from "./facts";

const DYNAMIC: Readonly<Record<string, string>> = { ipv4_dhcp: "ipv4", ipv6_dhcp: "ipv6", ipv6_slaac: "slaac" };

export function factsOfNetworkData(text: string): Facts {
  const { links, networks, services }: Parsed = JSON.parse(text);
  const devices = links.map((link: Parsed) => {
    const on: Parsed[] = networks.filter((network: Parsed) => network.link === link.id);
    const said = {
      mtu: link.mtu,
      addresses: on.flatMap((one) => (one.ip_address ? `${one.ip_address}/${lengthOf(one.netmask)}` : [])),
      routes: on.flatMap(({ routes }) =>
        routes.map(({ network, netmask, gateway: via, metric }: Parsed) =>
          routeText({ to: `${network}/${lengthOf(netmask)}`, via, metric }),
        ),
      ),
      dynamic: on.flatMap(({ type }) => DYNAMIC[type] ?? []),
    };
    return [link.id, deviceFacts(isText(link, links), said)];
  });
  const search = [...services, ...networks].flatMap((one) => one.search ?? one.dns_search ?? []);
  return facts(
    devices,
    services.map(({ address }: Parsed) => address),
    search,
  );
}

function isText(link: Parsed, links: readonly Parsed[]): string {
  if (link.type === "vlan") return vlanText(link.vlan_id, link.vlan_link);
  if (link.type === "bond") {
    const options = Object.entries<string>(link).filter(([key]) => key.startsWith("bond_"));
    const named = Object.fromEntries(options.map(([key, value]) => [key.replace("bond_", ""), value]));
    const { mode, links: _, ...others } = named;
    // Ironic wants the MAC address in any case. With `fail_over_mac` the kernel ignores it.
    const mac = others.fail_over_mac === undefined ? link.ethernet_mac_address : undefined;
    return bondText(mode!, mac, others);
  }
  const bond = links.find(({ bond_links = [] }) => bond_links.includes(link.id));
  return nicText(link.ethernet_mac_address, bond?.id);
}

/** The number of leading ones of a mask. */
function lengthOf(mask: string): number {
  const [size, base, separator] = mask.includes(":") ? [16, 16, ":"] : [8, 10, "."];
  const groups = mask.split(separator).filter((group) => group !== "");
  return groups.reduce(
    (sum, group) => sum + Number.parseInt(group, base).toString(2).padStart(size, "0").replace(/0*$/, "").length,
    0,
  );
}
