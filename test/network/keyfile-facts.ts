/** NetworkManager's keyfiles, of the renderer, of nmstate and of nmcli. */
import { bondText, deviceFacts, type Facts, facts, nicText, routeText, vlanText } from "./facts";
import { sectionsOf } from "./sections";

type Keyfile = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function factsOfKeyfiles(files: Readonly<Record<string, string>>): Facts {
  const parsed = Object.values(files).map((text): Keyfile => {
    const sections = sectionsOf(text).map(({ name, lines }) => [name, Object.fromEntries(lines)]);
    return Object.fromEntries(sections);
  });
  const both = parsed.flatMap(({ ipv4, ipv6 }) => [ipv4 ?? {}, ipv6 ?? {}]);
  const list = (key: string) => both.flatMap((ip) => ip[key]?.split(";").filter((one) => one !== "") ?? []);
  return facts(
    parsed.map((file) => [file.connection!.id!, deviceFacts(isText(file, parsed), ipOf(file))]),
    list("dns"),
    list("dns-search"),
  );
}

function ipOf({ ethernet = {}, ipv4 = {}, ipv6 = {} }: Keyfile) {
  const values = (pattern: RegExp) =>
    [ipv4, ipv6].flatMap((ip) => Object.entries(ip).flatMap(([key, value]) => (pattern.test(key) ? [value] : [])));
  return {
    mtu: ethernet.mtu === undefined ? undefined : Number(ethernet.mtu),
    addresses: values(/^address\d+$/),
    routes: values(/^route\d+$/).map((route) => {
      const [to = "", via = "", metric] = route.split(",");
      return routeText({ to, via, ...(metric !== undefined && { metric }) });
    }),
    dynamic: [
      ...(ipv4.method === "auto" ? ["ipv4"] : []),
      ...(ipv6.method === "auto" ? ["slaac"] : []),
      ...(ipv6.method === "dhcp" ? ["ipv6"] : []),
    ],
  };
}

function isText({ connection, ethernet = {}, bond, vlan }: Keyfile, files: readonly Keyfile[]): string {
  if (vlan) {
    const parent = files.find((file) => file.connection?.uuid === vlan.parent);
    return vlanText(vlan.id!, parent?.connection?.id ?? vlan.parent!);
  }
  if (!bond) return nicText(ethernet["mac-address"]!, connection?.controller ?? connection?.master);
  const { mode, ...options } = bond;
  return bondText(mode!, ethernet["cloned-mac-address"], options);
}
