/** Files of ifupdown: interfaces(5), and the udev rules that name the NICs. */
import { bondText, deviceFacts, type Facts, facts, nicText, routeText, vlanText } from "./facts";

interface Stanza {
  readonly name: string;
  readonly family: string;
  readonly method: string;
  readonly options: Readonly<Record<string, string>>;
  readonly routes: readonly string[];
}

const KINDS: Readonly<Record<string, string>> = { "inet dhcp": "ipv4", "inet6 dhcp": "ipv6", "inet6 auto": "slaac" };

export function factsOfIfupdown(files: Readonly<Record<string, string>>): Facts {
  const texts = Object.values(files).join("\n");
  const stanzas = stanzasOf(texts);
  const macs = new Map(
    [...texts.matchAll(/ATTR\{address\}=="(.+?)", NAME="(.+?)"/g)].map(([, mac, name]) => [name, mac]),
  );
  const names = [...new Set(stanzas.map(({ name }) => name))].filter((name) => name !== "lo");
  const devices = names.map((name) => {
    const own = stanzas.filter((stanza) => stanza.name === name);
    const options: Stanza["options"] = Object.assign({}, ...own.map((stanza) => stanza.options));
    const { mtu } = options;
    const kinds = own.flatMap(({ family, method }) => KINDS[`${family} ${method}`] ?? []);
    // The option has no meaning for IPv4.
    const isForbidden = own.some(({ family, options: { accept_ra } }) => family === "inet6" && accept_ra === "0");
    const isQuiet = isForbidden || options["bond-master"] !== undefined || kinds.some((kind) => kind !== "ipv4");
    const said = {
      mtu: mtu === undefined ? undefined : Number(mtu),
      addresses: own.flatMap(({ options: { address = [] } }) => address),
      routes: own.flatMap(({ routes }) => routes),
      dynamic: isQuiet ? kinds : [...kinds, "ra"],
    };
    return [name, deviceFacts(isText(macs.get(name), options), said)] as const;
  });
  const list = (key: string) => stanzas.flatMap(({ options }) => options[key]?.split(" ") ?? []);
  return facts(devices, list("dns-nameservers"), list("dns-search"));
}

function stanzasOf(text: string): Stanza[] {
  return text.split(/^(?=iface )/m).flatMap((part): Stanza[] => {
    const [, name = "", family = "", method = "", body = ""] = /^iface (\S+) (\S+) (\S+)\n(.*)/s.exec(part) ?? [];
    if (name === "") return [];
    const lines = [...body.matchAll(/^ {4}(\S+) (.*)$/gm)].map(([, key = "", value = ""]) => [key, value] as const);
    const added = lines.flatMap(([key, value]) => (key === "post-up" && value.startsWith("route add ") ? value : []));
    return [{ name, family, method, options: Object.fromEntries(lines), routes: added.map(commandRoute) }];
  });
}

/** `route add -net 10.9.0.0/16 gw 10.0.0.1 metric 50 || true`, or with `-A inet6`, or with `default` and no `-net`. */
function commandRoute(command: string): string {
  const [, to = "", via = "", metric] = /(\S+) gw (\S+)(?: metric (\d+))? \|\| true$/.exec(command) ?? [];
  return routeText({ to, via, ...(metric !== undefined && { metric }) });
}

function isText(mac: string | undefined, options: Stanza["options"]): string {
  if (options.vlan_id !== undefined) return vlanText(options.vlan_id, options["vlan-raw-device"]!);
  if (mac !== undefined) return nicText(mac, options["bond-master"]);
  const bond = Object.entries(options).flatMap(([key, value]) => {
    const [, name] = /^bond[-_](.+)$/.exec(key) ?? [];
    return name === undefined || name === "slaves" ? [] : [[name.replaceAll("-", "_"), value]];
  });
  const { mode = "", ...others } = Object.fromEntries(bond);
  return bondText(mode, options.hwaddress, others);
}
