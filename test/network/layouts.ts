/** Layouts of hosts, as arguments of renderNetworkConfig. */
import { faultLine } from "../../provider/api/fault";
import { renderNetworkConfig } from "../../provider/resources/functions/render-network-config";
import type { InvokeResponse, Properties } from "../../provider/resources/handler";

const [MAC_1, MAC_2] = ["52:54:00:aa:bb:01", "52:54:00:12:34:56"] as const;

/** An allocation as a pool gives it. */
export function allocation(address: string, prefix = 24, others: Properties = {}) {
  return { claimName: "worker-0-net", address, prefix, ...others };
}

/** A bond with a VLAN: two families on the bond, and storage without a gateway on the VLAN. */
export const full = {
  host: "worker-0",
  nics: [
    { name: "eno1", mac: "52:54:00:AA:BB:01" },
    { name: "eno2", mac: "52-54-00-12-34-56" },
  ],
  bonds: [{ name: "bond0", members: ["eno1", "eno2"], mode: "802.3ad", mtu: 9000, options: { miimon: "100" } }],
  vlans: [{ link: "bond0", id: 100, mtu: 9000 }],
  networks: [
    {
      name: "provisioning",
      link: "bond0",
      allocation: allocation("172.22.0.10", 24, { gateway: "172.22.0.1", dnsServers: ["172.22.0.1", "fd00::1"] }),
      defaultRoute: true,
    },
    {
      name: "provisioning6",
      link: "bond0",
      allocation: allocation("fd00::10", 64, { gateway: "fd00::1" }),
      defaultRoute: true,
    },
    {
      name: "storage",
      link: "bond0.100",
      allocation: allocation("10.100.0.10"),
      routes: [{ to: "10.200.0.0/16", via: "10.100.0.1" }],
    },
  ],
  dnsSearch: ["lab.example"],
};

export function asked(given: Properties): InvokeResponse {
  return renderNetworkConfig.answer(given);
}

export function linesOf(given: Properties): string[] {
  return asked(given).failures.map(faultLine);
}

export const eno1 = { name: "eno1", mac: MAC_1 };
export const eno2 = { name: "eno2", mac: MAC_2 };
export const gateway = { gateway: "10.0.0.1" };
export const lan = { name: "lan", link: "eno1", allocation: allocation("10.0.0.10", 24, gateway) };
/** A host with two NICs and these networks. */
export const on = (...networks: object[]) => ({ host: "a", nics: [eno1, eno2], networks });
