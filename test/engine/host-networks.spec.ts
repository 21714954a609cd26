import assert from "node:assert/strict";
import { parse } from "yaml";
import { expectFailed, expectSucceeded, type Stack, unknown, useEngine } from "../testbed/engine";
import { isLong } from "../trust/scale";

/** A pool, and two groups of hosts in it. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import { IPPool, Provider } from "pulumi-metal3-ipam";
import { HostNetworks } from "pulumi-metal3-ipam/hosts";

const provider = new Provider("site", { directory: new pulumi.Config("metal3-ipam").require("directory"), namespace: "site" });
const iscsi = new IPPool("iscsi", { pools: [{ start: "10.0.0.1", end: "10.0.0.99" }], prefix: 24 }, { provider });
const networks = {
  a: { pool: iscsi.name, link: "eno1", start: "10.0.0.10" },
  b: { pool: iscsi.name, link: "eno2", start: "10.0.0.50", claimSuffix: "b" },
  boot: { dhcp: "ipv4" as const, link: "eno3" },
};
const nics = (n: number) => ({ eno1: \`52:54:00:00:01:0\${n}\`, eno2: { mac: \`52:54:00:00:02:0\${n}\`, mtu: 9000 }, eno3: \`52:54:00:00:03:0\${n}\` });
const opts = { providers: [provider] };
const dnsServers = [DNS];
const left = new HostNetworks("left", { networks, dnsServers, hosts: { LEFT } }, opts);
const right = new HostNetworks("right", { networks: NETWORKS, hosts: { RIGHT } }, opts);
export const addresses = { left: left.addresses, right: right.addresses };
export const allocation = left.allocations.apply((all) => all["w-0"]);
export const nmstate = left.networkConfig(SHOWN).nmstate;
`;

const hosts = ["w-0", "w-1", "w-2", "cp-0"].map((host, n) => {
  const rest = host === "cp-0" ? `controlPlane: true, pins: { b: "10.0.0.77" }` : "";
  return `"${host}": { nics: nics(${n}), ${rest} }`;
});
const [w0, w1, w2, cp0] = hosts;

const defaults = {
  DNS: '"10.0.0.254"',
  LEFT: [w0, w1, cp0].join(", "),
  RIGHT: `${w2}`,
  NETWORKS: '{ ...networks, a: { ...networks.a, start: "10.0.0.30" }, b: { ...networks.b, start: "10.0.0.60" } }',
  SHOWN: '"w-0"',
};
const programOf = (changes: Partial<typeof defaults> = {}): string =>
  Object.entries({ ...defaults, ...changes }).reduce((text, [word, value]) => text.replace(word, () => value), program);

describe("HostNetworks", function () {
  const engine = useEngine(this);
  let stack: Stack;
  before(async () => {
    stack = await engine().project({ name: "hosts", program: programOf(), plugin: "attached" });
  });

  const first = {
    left: {
      "cp-0": { a: "10.0.0.10", b: "10.0.0.77" },
      "w-0": { a: "10.0.0.11", b: "10.0.0.50" },
      "w-1": { a: "10.0.0.12", b: "10.0.0.51" },
    },
    right: { "w-2": { a: "10.0.0.30", b: "10.0.0.60" } },
  };

  it("reserves two addresses of one pool for a host, the control plane first, with the providers that it gets", async () => {
    const shown = expectSucceeded(await stack.preview());
    const { outputs, changes } = expectSucceeded(await stack.up());
    assert.deepEqual(outputs, shown.outputs);
    assert.deepEqual(outputs.addresses, first);
    assert.deepEqual(outputs.allocation, {
      a: { address: "10.0.0.11", claimName: "w-0-iscsi", prefix: 24 },
      b: { address: "10.0.0.50", claimName: "w-0-b-iscsi", prefix: 24 },
    });
    const { interfaces, "dns-resolver": dns } = parse(String(outputs.nmstate));
    assert.deepEqual(
      interfaces.map(
        ({ ipv4 }: { ipv4: { address?: { ip: string }[]; dhcp: boolean } }) => ipv4.address?.[0]?.ip ?? ipv4.dhcp,
      ),
      ["10.0.0.11", "10.0.0.50", true],
    );
    assert.deepEqual(dns.config.server, ["10.0.0.254"]);
    assert.deepEqual(changes, { create: 7 });
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 7 });
  });

  it("lets a host go from one to the other with its addresses", async () => {
    await stack.setProgram(programOf({ LEFT: [w0, cp0].join(", "), RIGHT: [w1, w2].join(", ") }));
    const { outputs } = expectSucceeded(await stack.up());
    const { "w-1": moved, ...left } = first.left;
    assert.deepEqual(outputs.addresses, { left, right: { ...first.right, "w-1": moved } });
    await stack.setProgram(programOf());
    expectSucceeded(await stack.up());
  });

  it("shows the addresses if the rest of the configuration is unknown", async () => {
    const unknownDns = `new IPPool("dns", { pools: [{ start: "10.9.0.1", end: "10.9.0.1" }], prefix: 24 }, { provider }).id`;
    await stack.setProgram(programOf({ DNS: unknownDns }));
    const { outputs } = expectSucceeded(await stack.preview());
    assert.deepEqual([outputs.addresses, outputs.nmstate], [first, unknown]);
  });

  it("refuses two networks with the same claims, and a host that is not in the inventory", async () => {
    await stack.setProgram(programOf({ NETWORKS: "{ a: networks.a, b: { ...networks.b, claimSuffix: undefined } }" }));
    expectFailed(
      await stack.preview(),
      /HostNetworks right:\n\s*networks\.b: It has the same pool as network a, and CAPM3 has one claim for each host and pool\. Give this network a `claimSuffix` of its own\./,
    );
    await stack.setProgram(programOf({ SHOWN: '"w-9"' }));
    expectFailed(await stack.preview(), /HostNetworks left has no host "w-9"\./);
  });

  it("reports the faults of a layout once, without a stack trace, also if nothing else needs the configuration", async () => {
    const layout = '{ a: { ...networks.a, link: "eno9" }, b: networks.b }';
    await stack.setProgram(programOf({ NETWORKS: layout }));
    const { all } = expectFailed(
      await stack.preview(),
      /error: HostNetworks right:\n\s*w-2: networks\.a\.link: "eno9" is not a device\./,
    );
    assert.doesNotMatch(all, /error serializing|\bat .*\.js:/);
  });

  it("gives back everything", async () => {
    expectSucceeded(await stack.destroy());
  });

  it("renders many hosts", async () => {
    const count = isLong ? 1000 : 50;
    const many = `
import { IPPool } from "pulumi-metal3-ipam";
import { HostNetworks } from "pulumi-metal3-ipam/hosts";
const pool = new IPPool("wide", { pools: [{ start: "10.20.0.10", end: "10.20.9.250" }], prefix: 16, gateway: "10.20.0.1" }).name;
const mac = (n: number) => "52:54:00:01:" + (n >> 8).toString(16).padStart(2, "0") + ":" + (n & 255).toString(16).padStart(2, "0");
const hosts = Object.fromEntries(Array.from({ length: ${count} }, (_, n) => ["w-" + n, { nics: { eno1: mac(n) } }]));
const all = new HostNetworks("all", { hosts, networks: { lan: { pool, link: "eno1", start: "10.20.0.10", defaultRoute: true } } });
export const last = all.networkConfig("w-${count - 1}").dhcpHosts;`;
    const wide = await engine().project({ name: "many", program: many });
    const previewed = expectSucceeded(await wide.preview());
    const last = `10.20.${(count + 9) >> 8}.${(count + 9) & 255}`;
    assert.match(String(previewed.outputs.last), new RegExp(`,${last},w-${count - 1}$`));
  });
});
