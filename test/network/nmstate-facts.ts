/** A desired state of nmstate. */
import { parse } from "yaml";
import { bondText, deviceFacts, type Facts, facts, nicText, type Parsed, routeText, vlanText } from "./facts";

export function factsOfNmstate(text: string): Facts {
  const { interfaces, routes = { config: [] }, "dns-resolver": dns = { config: {} } }: Parsed = parse(text);
  const devices = interfaces.map((one: Parsed) => {
    const { name, mtu, ipv4, ipv6 } = one;
    const of = ({ address = [] }: Parsed) => address.map((each: Parsed) => `${each.ip}/${each["prefix-length"]}`);
    const on = routes.config.filter((route: Parsed) => route["next-hop-interface"] === name);
    const said = {
      mtu,
      addresses: [...of(ipv4), ...of(ipv6)],
      routes: on.map(({ destination: to, "next-hop-address": via, metric }: Parsed) => routeText({ to, via, metric })),
      dynamic: [...(ipv4.dhcp ? ["ipv4"] : []), ...(ipv6.dhcp ? [ipv6.autoconf ? "slaac" : "ipv6"] : [])],
    };
    return [name, deviceFacts(isText(one, interfaces), said)];
  });
  const { server = [], search = [] } = dns.config;
  return facts(devices, server, search);
}

function isText(one: Parsed, interfaces: readonly Parsed[]): string {
  if (one.vlan) return vlanText(one.vlan.id, one.vlan["base-iface"]);
  const bond = one["link-aggregation"];
  if (bond) return bondText(bond.mode, one["mac-address"], bond.options);
  const owner = interfaces.find((other) => other["link-aggregation"]?.port.includes(one.name));
  return nicText(one["mac-address"], owner?.name);
}
