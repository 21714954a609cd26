/** All formats of one layout say the same. Readers of other projects judge them in readers.spec.ts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import type { Rendered } from "../../provider/network/render";
import type { Properties } from "../../provider/resources/handler";
import { withOneDynamicIPv6 } from "./facts";
import { factsOfKeyfiles } from "./keyfile-facts";
import { factsOfLayout } from "./layout-facts";
import { asked, full } from "./layouts";
import { factsOfNetplan } from "./netplan-facts";
import { factsOfNetworkData } from "./network-data-facts";
import { factsOfNmstate } from "./nmstate-facts";
import { layouts } from "./random-layouts";

describe("the formats of a random layout", () => {
  it("agree about devices, MTUs, addresses, routes and dynamic networks", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { result, failures } = asked(layout);
        assert.deepEqual(failures, []);
        const { networkData, nmstate, netplan, keyfiles } = result as unknown as Rendered;
        const expected = factsOfLayout(layout);
        assert.deepEqual(factsOfNetworkData(networkData), expected);
        assert.deepEqual(factsOfNetplan(netplan), expected);
        assert.deepEqual(factsOfNmstate(nmstate), withOneDynamicIPv6(expected));
        assert.deepEqual(factsOfKeyfiles(keyfiles), withOneDynamicIPv6(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("have DNS servers that nmstate takes: all of a family together", () => {
    const dnsServers = ["fd00::53", "172.22.0.1", "fd00::54"];
    const { config } = parse(String(asked({ ...full, dnsServers }).result.nmstate))["dns-resolver"];
    assert.deepEqual(config.server, ["fd00::53", "fd00::54", "172.22.0.1"]);
  });

  it("have search domains without a server where cloud-init reads them: on a static network", () => {
    const networks = [{ name: "pxe", link: "bond0", dhcp: "ipv6" }, full.networks[2]];
    const layout = { ...full, networks, dnsServers: [], dnsSearch: ["lab.example"] };
    const written = JSON.parse(String(asked(layout).result.networkData)).networks;
    assert.deepEqual(
      written.map((network: Properties) => network.dns_search),
      [undefined, ["lab.example"]],
    );
  });

  it("find the NIC below a VLAN by its MAC address, whatever the kernel calls it", () => {
    const vlans = [{ link: "eno3", id: 100 }];
    const nics = [...full.nics, { name: "eno3", mac: "52:54:00:00:00:03" }];
    const { keyfiles } = asked({ ...full, nics, vlans, networks: [], dnsSearch: [] }).result as unknown as Rendered;
    const headOf = (name: string) => keyfiles[`${name}.nmconnection`]?.split("\n\n[ipv4]")[0];
    const uuid = "b9a3c6f2-7c1e-8d40-9f52-525400000003";
    assert.equal(
      headOf("eno3"),
      `[connection]\nid=eno3\nuuid=${uuid}\ntype=ethernet\n\n[ethernet]\nmac-address=52:54:00:00:00:03`,
    );
    assert.equal(
      headOf("eno3.100"),
      `[connection]\nid=eno3.100\ntype=vlan\ninterface-name=eno3.100\n\n[vlan]\nparent=${uuid}\nid=100`,
    );
  });

  it("have the keyfiles in Ignition", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { ignition, keyfiles } = asked(layout).result as unknown as Rendered;
        const { files } = JSON.parse(ignition).storage as { files: { path: string; contents: { source: string } }[] };
        const written = files.map(({ path, contents: { source } }) => [
          path.replace("/etc/NetworkManager/system-connections/", ""),
          Buffer.from(source.replace("data:;base64,", ""), "base64").toString(),
        ]);
        assert.deepEqual(Object.fromEntries(written), keyfiles);
      }),
    );
  });
});
