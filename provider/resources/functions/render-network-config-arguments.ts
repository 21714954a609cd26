/** The inputs and outputs of renderNetworkConfig. */
import { z } from "zod";
import { addressText, macText, networkText } from "../../api/address-text";
import { domainName, objectName } from "../../api/names";
import { BOND_MODES, BOND_OPTIONS, type BondMode } from "../../network/bond-options";
import { deviceNameFault, networkNameFault } from "../../network/names";
import { allocation } from "../allocation-outputs";
import { dhcp } from "../choices";

const named = (faultOf: (name: string) => string | undefined) =>
  z.string().superRefine((name, context) => {
    const fault = faultOf(name);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault, input: name });
  });
const deviceName = named(deviceNameFault);

/** RFC 791 asks every host for 576. The MTU field of netlink has no limit, and Ironic's schema has this one. */
const mtu = z.int().min(576).max(65_535).optional();

const isMode = (text: string): text is BondMode => BOND_MODES.some((mode) => mode === text);

const nic = z
  .strictObject({
    name: deviceName.describe(
      "Name of the device, such as `eno1`. Readers that find the NIC by its MAC address rename it to this.",
    ),
    mac: macText.describe("The NIC's MAC address, in any usual spelling."),
    mtu: mtu.describe("Default: 1500, or the MTU of its bond."),
  })
  .meta({ id: "HostNic", description: "A NIC of the host." });

const bond = z
  .strictObject({
    name: deviceName.describe("Name of the device, such as `bond0`."),
    members: z.array(z.string()).min(1).describe("Names of the NICs."),
    mode: z
      .string()
      .refine(isMode, { error: `is not a mode. Choose one of ${BOND_MODES.join(", ")}.` })
      .describe(`One of ${BOND_MODES.map((mode) => `\`${mode}\``).join(", ")}.`),
    mtu: mtu.describe("Default: 1500. The members get it too."),
    options: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        `Options of the kernel's bonding driver by name: ${Object.keys(BOND_OPTIONS)
          .map((name) => `\`${name}\``)
          .join(", ")}.`,
      ),
  })
  .meta({ id: "HostBond", description: "A bond of several NICs." });

const vlan = z
  .strictObject({
    link: z.string().describe("Name of a NIC or bond."),
    id: z.int().min(1).max(4094).describe("The VLAN's id (IEEE 802.1Q). The device is called `<link>.<id>`."),
    mtu: mtu.describe("Default: the MTU of `link`. It cannot be larger."),
  })
  .meta({ id: "HostVlan", description: "A VLAN on a NIC or bond." });

const route = z
  .strictObject({
    to: networkText.describe("The network that the route leads to, such as `10.200.0.0/16`."),
    via: addressText.describe("Address of the router. It is in the network's subnet, or link-local."),
  })
  .meta({ id: "HostRoute", description: "A route to a network behind a gateway." });

const network = z
  .strictObject({
    name: named(networkNameFault).describe("Name of the network. It must be unique within the host."),
    link: z.string().describe("Name of the device: a NIC, a bond, or a VLAN as `<link>.<id>`."),
    allocation: allocation
      .optional()
      .describe(
        "The host's address, as PreAllocationSet returns it in `allocations`, or an object with these outputs of a PreAllocation or IPClaim. Give exactly one of `allocation` and `dhcp`.",
      ),
    dhcp: dhcp
      .optional()
      .describe("Where the host gets its address when it boots. Give exactly one of `allocation` and `dhcp`."),
    defaultRoute: z
      .boolean()
      .optional()
      .describe(
        "`true`: the host's default route goes over the allocation's gateway. A host has at most one for each IP family. Default: false.",
      ),
    routes: z.array(route).optional().describe("Routes on this device, in addition to the default route."),
  })
  .meta({ id: "HostNetwork", description: "A network on a device of the host." });

export const renderNetworkConfigShape = {
  host: objectName.describe("Name of the BareMetalHost. It is the name in `dhcpHosts`."),
  nics: z.array(nic).min(1).describe("The host's NICs."),
  bonds: z.array(bond).optional().describe("Bonds of these NICs."),
  vlans: z.array(vlan).optional().describe("VLANs on these NICs and bonds."),
  networks: z
    .array(network)
    .describe("The networks of the host. A device can have several, for example one for each family."),
  dnsServers: z
    .array(addressText)
    .optional()
    .describe("Default: the DNS servers of the allocations, without those of a family that the host does not have."),
  dnsSearch: z.array(domainName).optional().describe("Search domains."),
};

const hostInterface = z
  .object({ name: z.string().describe("Name of the NIC."), macAddress: z.string().describe("Its MAC address.") })
  .meta({ id: "HostInterface", description: "A NIC as OpenShift's installers want it." });

export const renderNetworkConfigResult = {
  networkData: z
    .string()
    .describe(
      "OpenStack's network_data.json, for Ironic's ramdisk, cloud-init and glean: key `networkData` of the Secret.",
    ),
  nmstate: z.string().describe("The state for nmstate, in YAML: `networkConfig` of OpenShift's installers."),
  netplan: z.string().describe("Netplan's YAML, which is also cloud-init's network-config version 2."),
  ignition: z.string().describe("An Ignition config of version 3.2 that writes the keyfiles, for CoreOS."),
  keyfiles: z.record(z.string(), z.string()).describe("NetworkManager's keyfiles by file name."),
  interfaces: z.array(hostInterface).describe("The NICs: `interfaces` of OpenShift's agent-config and NMStateConfig."),
  dhcpHosts: z
    .array(z.string())
    .describe(
      "Lines `MAC,ADDRESS,HOST` for dnsmasq, one for each allocation that is not on a VLAN: `hosts` of Ironic's `networking.dhcp`.",
    ),
  secretData: z
    .record(z.string(), z.string())
    .describe("`stringData` of the Secret that a BareMetalHost names: the keys `networkData` and `nmstate`."),
};
