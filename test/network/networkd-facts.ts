/** Files of systemd-networkd and its links, which netplan's generator writes. */
import { bondText, deviceFacts, type Facts, facts, nicText, routeText, vlanText } from "./facts";
import { type Section, sectionsOf, valuesOf } from "./sections";

/** The kernel's names, by those of systemd.netdev(5). `PrimarySlave` is in the member's file. */
const KERNEL_NAMES: Readonly<Record<string, string>> = {
  MIIMonitorSec: "miimon",
  UpDelaySec: "updelay",
  DownDelaySec: "downdelay",
  LACPTransmitRate: "lacp_rate",
  AdSelect: "ad_select",
  MinLinks: "min_links",
  TransmitHashPolicy: "xmit_hash_policy",
  PrimaryReselectPolicy: "primary_reselect",
  FailOverMACPolicy: "fail_over_mac",
};

/** `files` by name: `10-netplan-bond0.netdev`. */
export function factsOfNetworkd(files: Readonly<Record<string, string>>): Facts {
  const read = Object.entries(files).map(([name, text]) => ({ name, sections: sectionsOf(text) }));
  const ending = (end: string) => read.filter(({ name }) => name.endsWith(end)).map(({ sections }) => sections);
  const [networks, netdevs, links] = [ending(".network"), ending(".netdev"), ending(".link")];
  const nameOf = (sections: readonly Section[]) => valuesOf(sections, "Match", "Name")[0]!;
  const of = (sections: readonly Section[]): string => {
    const name = nameOf(sections);
    const netdev = netdevs.find((one) => valuesOf(one, "NetDev", "Name")[0] === name);
    if (netdev)
      return isText(
        name,
        netdev,
        networks.map((one) => ({ name: nameOf(one), sections: one })),
      );
    const link = links.find((one) => valuesOf(one, "Link", "Name")[0] === name) ?? [];
    return nicText(valuesOf(link, "Match", "PermanentMACAddress")[0]!, valuesOf(sections, "Network", "Bond")[0]);
  };
  const list = (key: string) => networks.flatMap((one) => valuesOf(one, "Network", key));
  return facts(
    networks.map((sections) => [nameOf(sections), deviceFacts(of(sections), ipOf(sections))]),
    list("DNS"),
    list("Domains").flatMap((domains) => domains.split(" ")),
  );
}

function ipOf(sections: readonly Section[]) {
  const network = (key: string) => valuesOf(sections, "Network", key);
  const [mtu] = valuesOf(sections, "Link", "MTUBytes");
  const [asked = ""] = network("DHCP");
  const [advertisements] = network("IPv6AcceptRA");
  const isAsked = (family: string) => asked === family || asked === "yes";
  const isQuiet = advertisements === "no" || network("LinkLocalAddressing")[0] === "no";
  const kinds = [...(isAsked("ipv4") ? ["ipv4"] : []), ...(isAsked("ipv6") ? ["ipv6"] : [])];
  const other = advertisements === "yes" ? "slaac" : "ra";
  const routes = sections.filter(({ name }) => name === "Route");
  return {
    mtu: mtu === undefined ? undefined : Number(mtu),
    addresses: network("Address"),
    routes: routes.map(({ lines }) => {
      const { Destination: to = "", Gateway: via = "", Metric: metric } = Object.fromEntries(lines);
      return routeText({ to, via, ...(metric !== undefined && { metric }) });
    }),
    dynamic: isQuiet || isAsked("ipv6") ? kinds : [...kinds, other],
  };
}

function isText(
  device: string,
  netdev: readonly Section[],
  networks: readonly { readonly name: string; readonly sections: readonly Section[] }[],
): string {
  const [id] = valuesOf(netdev, "VLAN", "Id");
  if (id !== undefined) {
    const parent = networks.find(({ sections }) => valuesOf(sections, "Network", "VLAN").includes(device));
    return vlanText(id, parent!.name);
  }
  const lines = netdev.find(({ name }) => name === "Bond")!.lines.filter(([key]) => key !== "Mode");
  const options = lines.map(([key, value]) => [KERNEL_NAMES[key] ?? key, value.replace(/ms$/, "")]);
  const primary = networks.find(
    ({ sections }) =>
      valuesOf(sections, "Network", "Bond")[0] === device &&
      valuesOf(sections, "Network", "PrimarySlave")[0] === "true",
  );
  return bondText(valuesOf(netdev, "Bond", "Mode")[0]!, valuesOf(netdev, "NetDev", "MACAddress")[0], {
    ...Object.fromEntries(options),
    ...(primary && { primary: primary.name }),
  });
}
