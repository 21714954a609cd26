/**
 * renderNetworkConfig: the network configuration of one host in all formats that its readers want. It asks no backend, so a
 * preview has its answer as soon as the addresses are known.
 */
import { type Address, parseAddress, sameAddress } from "../../core/address";
import { familyOf, type Layout, type LinkNetwork } from "../../network/layout";
import { isUnscoped, unscopedText } from "../../network/network-faults";
import { layoutFaults, render } from "../../network/render";
import type { Arguments } from "../arguments";
import type { CheckFailure, InvokeResponse, Properties } from "../handler";
import type { PureFunctionRow } from "../row";
import { networkWording } from "./network-wording";
import { readQuestion } from "./question";
import { renderNetworkConfigResult, renderNetworkConfigShape } from "./render-network-config-arguments";

type Args = Arguments<typeof renderNetworkConfigShape>["args"];
type Network = NonNullable<Args["networks"]>[number];

function rendered(given: Properties): InvokeResponse {
  const { args, failures } = readQuestion(renderNetworkConfigShape, given);
  const { host } = args;
  if (failures.length > 0 || host === undefined) return { result: {}, failures };
  const { layout, faults } = layoutOf(args);
  const all = faults.length > 0 ? faults : layoutFaults(layout);
  return all.length > 0 ? { result: {}, failures: all } : { result: { ...render(layout, host) }, failures: [] };
}

/** `faults`: those of single networks, which are not in the layout then. */
function layoutOf(args: Args): { layout: Layout; faults: CheckFailure[] } {
  const { nics = [], bonds = [], vlans = [], networks = [], dnsSearch = [] } = args;
  const faults: CheckFailure[] = [];
  const read = networks.map((network, index) => new ReadNetwork(network, ["networks", index], faults));
  const known = read.flatMap(({ value }) => value ?? []);
  if (args.dnsServers === undefined) for (const one of read) one.refuseUnscoped();
  const offered = read.flatMap(({ dnsServers }) => dnsServers).filter(isFirst);
  const reachable = offered.filter(({ family }) => known.some((network) => familyOf(network) === family));
  const layout = {
    nics,
    // Not all readers look for a lost link by themselves.
    bonds: bonds.map(({ options, ...bond }) => ({ ...bond, options: { miimon: "100", ...options } })),
    vlans,
    networks: known,
    dnsServers: args.dnsServers?.filter(isFirst) ?? reachable,
    dnsSearch: [...new Set(dnsSearch)],
  };
  return { layout, faults };
}

/** One item of `networks`, read into values. */
class ReadNetwork {
  readonly value: LinkNetwork | undefined;
  readonly dnsServers: readonly Address[];

  constructor(
    { name, link, allocation, dhcp, defaultRoute = false, routes = [] }: Network,
    private readonly path: CheckFailure["path"],
    private readonly faults: CheckFailure[],
  ) {
    const onLink = { name, link, routes };
    this.dnsServers = (allocation?.dnsServers ?? []).flatMap((text, at) => this.address(text, "dnsServers", at) ?? []);
    if (allocation && dhcp) this.fault(networkWording.bothWays, "dhcp");
    if (!allocation && !dhcp) this.fault(networkWording.noWay, "allocation");
    if (dhcp && defaultRoute) this.fault(networkWording.dynamicRoute, "defaultRoute");
    if (!allocation) {
      this.value = dhcp && { ...onLink, kind: dhcp };
      return;
    }
    const address = this.address(allocation.address, "address");
    const gateway = allocation.gateway === undefined ? undefined : this.address(allocation.gateway, "gateway");
    const { prefix: prefixLength } = allocation;
    if (prefixLength === undefined) this.fault(networkWording.noPrefix, "allocation", "prefix");
    if (defaultRoute && allocation.gateway === undefined) this.fault(networkWording.noGateway, "defaultRoute");
    const defaultVia = defaultRoute ? gateway : undefined;
    if (address && prefixLength !== undefined)
      this.value = { ...onLink, kind: "static", address, prefixLength, defaultVia };
  }

  /** For servers that the host gets. */
  refuseUnscoped(): void {
    for (const [at, server] of this.dnsServers.entries())
      if (isUnscoped(server)) this.fault(unscopedText(server), "allocation", "dnsServers", at);
  }

  private address(text: string, ...at: CheckFailure["path"]): Address | undefined {
    const parsed = parseAddress(text);
    if (parsed.ok) return parsed.value;
    this.fault(parsed.reason, "allocation", ...at);
    return undefined;
  }

  private fault(reason: string, ...at: CheckFailure["path"]): void {
    this.faults.push({ path: [...this.path, ...at], reason });
  }
}

function isFirst(address: Address, index: number, all: readonly Address[]): boolean {
  return all.findIndex((one) => sameAddress(one, address)) === index;
}

export const renderNetworkConfig = {
  kind: "renderNetworkConfig",
  description:
    "Renders the network configuration of one host from its reserved addresses, in the formats of its readers.\n\nPut the result into a Secret, and name that Secret in the BareMetalHost: in `networkData` for the deployed system, and in `preprovisioningNetworkDataName` for the ramdisk. The call fails if a reader would refuse the configuration or apply it wrongly without an error: a second default route, a gateway that is not on the link, an address twice.",
  inputs: renderNetworkConfigShape,
  outputs: renderNetworkConfigResult,
  answer: rendered,
} as const satisfies PureFunctionRow;
