/** Every property of every resource, function and of the provider's configuration, and the type that it accepts. */
import type { Functions, Handlers } from "../../../provider/compose";
import type { Properties } from "../../../provider/resources/handler";

export type Takes =
  | "address"
  | "name"
  | "namespace"
  | "prefix"
  | "flag"
  | "word"
  | "list"
  | "texts"
  | "text"
  | "entries"
  | "anything";

export interface Place {
  readonly of: keyof (Handlers & Functions) | "configuration";
  /** The path of a fault. */
  readonly path: string;
  readonly takes: Takes;
  readonly args: (value: unknown) => Properties;
}

/** A key may be `__proto__`. In JSON that is a member and no prototype. */
export function member(key: string, value: unknown): Properties {
  return JSON.parse(`{${JSON.stringify(key)}:null}`, (name, old) => (name === key ? value : old));
}

type Rows = readonly (readonly [path: string, takes: Takes, args?: (value: unknown) => Properties])[];

/** A path without brackets or dots is the property itself, in addition to the required ones. */
function places(of: Place["of"], others: Properties, rows: Rows): Place[] {
  return rows.map(([path, takes, args]) => ({
    of,
    path,
    takes,
    args: (value) => ({ ...others, ...(args ?? ((one) => member(path, one)))(value) }),
  }));
}

const entry =
  (property: string, others: object = {}) =>
  (value: unknown) => ({
    pools: [{ start: "10.1.0.1", end: "10.1.0.9", ...others, ...member(property, value) }],
  });
const subject = (property: string) => (value: unknown) => ({
  ownerReferences: [{ apiVersion: "v1", kind: "Machine", name: "m", uid: "u", ...member(property, value) }],
});
const REF = { apiGroup: "ipam.cluster.x-k8s.io", kind: "InClusterIPPool", name: "net" };
const reference = (property: string) => (value: unknown) => ({ poolRef: { ...REF, ...member(property, value) } });
const POOLS = { pools: [{ start: "10.1.0.1", end: "10.1.0.9" }] };
const NIC = { name: "eno1", mac: "52:54:00:aa:bb:01" };
const DYNAMIC = { name: "lan", link: "eno1", dhcp: "ipv4" };
const LAYOUT = { host: "a", nics: [NIC], networks: [DYNAMIC] };

export const PLACES: readonly Place[] = [
  ...places("preAllocation", { pool: "net", host: "a" }, [
    ["address", "address"],
    ["pool", "name"],
    ["host", "name"],
    ["namespace", "namespace"],
    ["fallback", "word"],
    ["placement", "word"],
    ["adopt", "flag"],
  ]),
  ...places("preAllocation", { pool: "net" }, [["claimName", "name"]]),
  ...places("preAllocationSet", { pool: "net", hosts: ["a"] }, [
    ["start", "address"],
    ["pins.a", "address", (value) => ({ pins: { a: value } })],
    ["pins", "texts"],
    ["pool", "name"],
    ["hosts[0]", "name", (value) => ({ hosts: [value] })],
    ["hosts", "list"],
    ["namespace", "namespace"],
    ["fallback", "word"],
    ["placement", "word"],
    ["adopt", "flag"],
  ]),
  ...places("preAllocationSet", { pool: "net" }, [
    ["claimNames", "list"],
    ["claimNames[0]", "name", (value) => ({ claimNames: [value] })],
  ]),
  ...places("ipClaim", { pool: "net", name: "v" }, [
    ["address", "address"],
    ["pool", "name"],
    ["name", "name"],
    ["namespace", "namespace"],
    ["labels", "texts"],
    ["labels.a", "text", (value) => ({ labels: { a: value } })],
    ["annotations", "texts"],
    ["annotations.a", "text", (value) => ({ annotations: { a: value } })],
    ["ownerReferences", "entries"],
    ["ownerReferences[0].name", "name", subject("name")],
    ["ownerReferences[0].uid", "text", subject("uid")],
    ["ownerReferences[0].kind", "text", subject("kind")],
    ["ownerReferences[0].apiVersion", "text", subject("apiVersion")],
    ["ownerReferences[0].controller", "flag", subject("controller")],
    ["ownerReferences[0].blockOwnerDeletion", "flag", subject("blockOwnerDeletion")],
    ["fallback", "word"],
    ["placement", "word"],
    ["waitForController", "flag"],
  ]),
  ...places("ipAddressClaim", { name: "v", poolRef: REF }, [
    ["name", "name"],
    ["namespace", "namespace"],
    ["poolRef.name", "name", reference("name")],
    ["poolRef.kind", "text", reference("kind")],
    ["poolRef.apiGroup", "name", reference("apiGroup")],
    ["clusterName", "name"],
    ["labels", "texts"],
    ["labels.a", "text", (value) => ({ labels: { a: value } })],
    ["annotations", "texts"],
    ["annotations.a", "text", (value) => ({ annotations: { a: value } })],
    ["ownerReferences", "entries"],
    ["ownerReferences[0].uid", "text", subject("uid")],
  ]),
  ...places("ipPool", { name: "p", ...POOLS }, [
    ["pools[0].start", "address", entry("start")],
    ["pools[0].end", "address", entry("end")],
    ["pools[0].gateway", "address", entry("gateway")],
    ["pools[0].dnsServers[0]", "address", (value) => entry("dnsServers")([value])],
    ["pools[0].dnsServers", "list", entry("dnsServers")],
    ["pools[0].prefix", "prefix", entry("prefix")],
    ["pools[0].subnet", "address", (value) => ({ pools: [{ subnet: value }] })],
    ["pools", "entries"],
    ["gateway", "address"],
    ["dnsServers[0]", "address", (value) => ({ dnsServers: [value] })],
    ["dnsServers", "list"],
    ["prefix", "prefix"],
    ["preAllocations.a", "address", (value) => ({ preAllocations: { a: value } })],
    ["preAllocations", "texts"],
    ["excludes", "list"],
    ["excludes[0]", "address", (value) => ({ excludes: [value] })],
    ["dhcpRanges", "list"],
    ["dhcpRanges[0]", "address", (value) => ({ dhcpRanges: [value] })],
    ["name", "name"],
    ["namespace", "namespace"],
    ["namePrefix", "name"],
    ["clusterName", "name"],
    ["labels", "texts"],
    ["labels.a", "text", (value) => ({ labels: { a: value } })],
    ["annotations", "texts"],
    ["annotations.a", "text", (value) => ({ annotations: { a: value } })],
    ["allocationStrategy", "word"],
    ["excludeReserved", "flag"],
    ["allowReserved", "flag"],
    ["allowOverlap", "flag"],
    ["adopt", "flag"],
  ]),
  ...places("getIPPool", { name: "net" }, [
    ["name", "name"],
    ["namespace", "namespace"],
  ]),
  ...places("getIPAddress", { pool: "net" }, [
    ["host", "name"],
    ["claimName", "name"],
    ["address", "address"],
  ]),
  ...places("getIPAddress", { pool: "net", host: "a" }, [
    ["pool", "name"],
    ["namespace", "namespace"],
  ]),
  ...places("renderNetworkConfig", LAYOUT, [
    ["host", "name"],
    ["nics", "entries"],
    ["nics[0].mac", "address", (value) => ({ nics: [{ ...NIC, ...member("mac", value) }] })],
    ["nics[0].mtu", "prefix", (value) => ({ nics: [{ ...NIC, ...member("mtu", value) }] })],
    ["networks", "entries"],
    ["networks[0].dhcp", "word", (value) => ({ networks: [{ ...DYNAMIC, ...member("dhcp", value) }] })],
    ["dnsServers", "list"],
    ["dnsServers[0]", "address", (value) => ({ dnsServers: [value] })],
  ]),
  ...places("planSubnet", { subnet: "10.0.0.0/24", static: { size: 9 } }, [
    ["subnet", "address"],
    ["gateway", "address"],
    ["reserved", "list"],
    ["static.ranges", "list", (value) => ({ static: member("ranges", value) })],
  ]),
  ...places("configuration", {}, [
    ["namespace", "namespace"],
    ["allowExec", "flag"],
    ["directory", "text"],
    ["kubeconfig", "text"],
    ["context", "text"],
  ]),
];
