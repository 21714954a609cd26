import assert from "node:assert/strict";
import fc from "fast-check";
import { inventoryFaults, renderingFaults } from "../../sdk/hosts/faults";
import { hostsInOrder, type Inventory, type InventoryHost, reservedName } from "../../sdk/hosts/inventory";

const host = (mac: string, more: Partial<InventoryHost> = {}): InventoryHost => ({ nics: { eno1: mac }, ...more });
const bmc = (address: unknown): Partial<InventoryHost> => ({ bareMetalHost: { spec: { bmc: { address } } } });

/** An output of a resource: only its identity counts. */
const output = (): object => ({});
const pool = output();

const sound: Inventory = {
  hosts: {
    "cp-0": host("52:54:00:aa:bb:01", { pins: { storage: "10.0.0.1" }, ...bmc("redfish://10.0.0.9/1") }),
    "worker-0": { nics: { eno1: "52:54:00:aa:bb:02", eno2: { mac: "52:54:00:aa:bb:03" } }, ...bmc(output()) },
  },
  networks: {
    storage: { pool },
    "storage-b": { pool, claimSuffix: "b" },
    provisioning: { pool: "provisioning" },
    inspection: { dhcp: "ipv4" },
    spare: { dhcp: "ipv4" },
  },
};

describe("the faults of an inventory", () => {
  it("are none if each host and network has its own values", () => {
    assert.deepEqual(inventoryFaults(sound), []);
    assert.deepEqual(inventoryFaults({ hosts: {}, networks: {} }), []);
  });

  it("are reported all at once, with the host or network", () => {
    const { hosts, networks } = sound;
    const faulty = {
      hosts: {
        ...hosts,
        "worker-1": host("5254.00AA.BB03", { pins: { storrage: "10.0.0.2", inspection: "10.0.0.3" } }),
        "worker-2": host("52-54-00-AA-BB-01", bmc("redfish://10.0.0.9/1")),
      },
      networks: {
        ...networks,
        "storage-c": { pool },
        "storage-d": { pool, claimSuffix: "b" },
        again: { pool: "provisioning" },
        both: { pool: output(), dhcp: "ipv6" },
        neither: {},
      },
    };
    assert.deepEqual(inventoryFaults(faulty), [
      "networks.storage-c: It has the same pool as network storage, and CAPM3 has one claim for each host and pool. Give this network a `claimSuffix` of its own.",
      "networks.storage-d: It has the same pool as network storage-b, and CAPM3 has one claim for each host and pool. Give this network a `claimSuffix` of its own.",
      "networks.again: It has the same pool as network provisioning, and CAPM3 has one claim for each host and pool. Give this network a `claimSuffix` of its own.",
      "networks.both: Give exactly one of `pool` and `dhcp`.",
      "networks.neither: Give exactly one of `pool` and `dhcp`.",
      "hosts.worker-1.pins.storrage: There is no such network. Choose one of storage, storage-b, provisioning, inspection, spare, storage-c, storage-d, again, both, neither.",
      "hosts.worker-1.pins.inspection: The host gets this address by DHCP. Remove the pin.",
      "hosts.worker-1: It has the MAC address 52:54:00:aa:bb:03 of host worker-0.",
      "hosts.worker-2: It has the MAC address 52:54:00:aa:bb:01 of host cp-0.",
      "hosts.worker-2: It has the BMC address redfish://10.0.0.9/1 of host cp-0.",
    ]);
  });

  it("leave the faults of a single host to renderNetworkConfig", () => {
    const nics = { eno1: "52:54:00:aa:bb:01", eno2: "52:54:00:aa:bb:01", eno3: "x" };
    assert.deepEqual(inventoryFaults({ hosts: { a: { nics }, b: { nics: {} } }, networks: {} }), []);
  });
});

describe("the faults of the rendered hosts", () => {
  const failed = (text: string): string => `Invoke of 'metal3-ipam:index:renderNetworkConfig' failed: ${text}`;

  it("are one line for all hosts that have the same, with the network's name", () => {
    const layout = failed('"bond0.1" is not a device. (networks[1].link)');
    const faults = ["a", "b", "c", "d", "e"].map((name) => [name, layout] as const);
    assert.deepEqual(
      renderingFaults([...faults, ["f", failed("The MAC address is missing. (nics[0])")]], ["v4", "storage"]),
      [
        'a, b, c and 2 more: networks.storage.link: "bond0.1" is not a device.',
        "f: nics[0]: The MAC address is missing.",
      ],
    );
    assert.deepEqual(renderingFaults(faults.slice(0, 3), []), [
      'a, b, c: networks[1].link: "bond0.1" is not a device.',
    ]);
  });
});

describe("the order of the hosts", () => {
  it("has the control plane first, and otherwise that of the program", () => {
    const named = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), controlPlane: fc.boolean() }), {
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(named, (all) => {
        const hosts = Object.fromEntries(all.map(({ name, ...rest }) => [name, { nics: {}, ...rest }]));
        const expected = [...all].sort((a, b) => Number(b.controlPlane) - Number(a.controlPlane)); // a stable sort
        assert.deepEqual(
          hostsInOrder({ hosts }),
          expected.map(({ name }) => name),
        );
      }),
    );
  });

  it("changes no claim's name, except that of a second network of one pool", () => {
    assert.equal(reservedName("worker-0", { pool }), "worker-0");
    assert.equal(reservedName("worker-0", { pool, claimSuffix: "b" }), "worker-0-b");
  });
});
