/** The pools and claims in Metal3's documentation and modules, as users have applied them. */
import type { Manifest } from "../../provider/api/meta";

export interface Documented {
  readonly what: string;
  readonly pool: Manifest;
  /** Other objects that belong to it. */
  readonly claims?: readonly Manifest[];
  /** The code that an import writes for the pool, without `name` and `namespace`. */
  readonly code: object;
  /** The addresses of its preAllocations. */
  readonly entries?: Readonly<Record<string, string>>;
}

const pool = (name: string, spec: object, metadata: object = {}): Manifest => ({
  apiVersion: "ipam.metal3.io/v1alpha1",
  kind: "IPPool",
  metadata: { name, namespace: "metal3", ...metadata },
  spec,
});

const claim = (name: string, poolName: string, annotations?: Record<string, string>): Manifest => ({
  apiVersion: "ipam.metal3.io/v1alpha1",
  kind: "IPClaim",
  metadata: { name, namespace: "metal3", ...(annotations && { annotations }) },
  spec: { pool: { name: poolName, namespace: "metal3" } },
});

const api = {
  pools: [
    { start: "192.168.0.10", end: "192.168.0.30", prefix: 25, gateway: "192.168.0.1" },
    { subnet: "192.168.1.1/26" },
    { subnet: "192.168.1.128/25" },
  ],
  prefix: 24,
  gateway: "192.168.1.1",
};
const six = {
  clusterName: "cluster1",
  prefix: 96,
  pools: [
    {
      start: "2001:db8:85a3::8a2e:0:10",
      end: "2001:db8:85a3::8a2e:ffff:fff0",
      prefix: 96,
      gateway: "2001:db8:85a3::8a2e:0:1",
    },
    { subnet: "2001:db8:85a3::8a2d:0:0/96" },
  ],
  gateway: "2001:db8:85a3::8a2d:0:1",
};

export const DOCUMENTED: readonly Documented[] = [
  {
    what: "the API page's pool and its claims",
    pool: pool("pool1", {
      ...api,
      clusterName: "cluster1",
      namePrefix: "test1-prov",
      preAllocations: { claim1: "192.168.0.12" },
    }),
    claims: [
      claim("claim1", "pool1"),
      claim("test1-controlplane-template-0-pool1", "pool1", { ipAddress: "192.168.0.23" }),
    ],
    code: { ...api, clusterName: "cluster1", namePrefix: "test1-prov" },
  },
  {
    what: "the page on IP reuse",
    pool: pool("baremetalv4-pool", {
      ...{ clusterName: "test1", namePrefix: "test1-bmv4", prefix: 24, gateway: "192.168.111.1" },
      pools: [{ start: "192.168.111.100", end: "192.168.111.200" }],
      preAllocations: { "node-0-pool0": "192.168.111.101", "node-1-pool0": "192.168.111.102" },
    }),
    code: {
      ...{ clusterName: "test1", namePrefix: "test1-bmv4", prefix: 24, gateway: "192.168.111.1" },
      pools: [{ start: "192.168.111.100", end: "192.168.111.200" }],
    },
    entries: { "node-0-pool0": "192.168.111.101", "node-1-pool0": "192.168.111.102" },
  },
  {
    what: "the announcement, IPv4",
    pool: pool("pool1", {
      ...api,
      clusterName: "cluster1",
      namePrefix: "pool1",
      preAllocations: { claim2: "192.168.0.12" },
    }),
    code: { ...api, clusterName: "cluster1" },
    entries: { claim2: "192.168.0.12" },
  },
  {
    what: "the announcement, IPv6, as it is spelled there, but for the gateway of five digits",
    pool: pool("pool1", {
      ...{ clusterName: "cluster1", namePrefix: "pool1", prefix: 96, gateway: "2001:0db8:85a3:0000:0000:8a2d::1" },
      pools: [
        {
          start: "2001:0db8:85a3:0000:0000:8a2e::10",
          end: "2001:0db8:85a3:0000:0000:8a2e:ffff:fff0",
          prefix: 96,
          gateway: "2001:0db8:85a3:0000:0000:8a2e::1",
        },
        { subnet: "2001:0db8:85a3:0000:0000:8a2d::/96" },
      ],
    }),
    claims: [],
    code: six,
  },
  {
    what: "examples/ippool of the module, which offers nothing yet",
    pool: pool("pool1", { clusterName: "edge", namePrefix: "edge-prov" }),
    code: { clusterName: "edge", namePrefix: "edge-prov", pools: [] },
  },
  {
    what: "CAPM3's end-to-end pools: provisioning",
    pool: pool("provisioning-pool", {
      ...{ clusterName: "test1", namePrefix: "test1-prov", prefix: 24 },
      pools: [{ start: "172.22.0.100", end: "172.22.0.200" }],
    }),
    code: {
      ...{ clusterName: "test1", namePrefix: "test1-prov", prefix: 24 },
      pools: [{ start: "172.22.0.100", end: "172.22.0.200" }],
    },
  },
  {
    what: "a pool that the controller has seen: its labels, finalizer and owner, and kubectl's annotation",
    pool: pool(
      "seen",
      { ...api, clusterName: "cluster1", namePrefix: "seen" },
      {
        labels: { "cluster.x-k8s.io/cluster-name": "cluster1", "cluster.x-k8s.io/provider": "ipam-metal3", site: "a" },
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", "example.com/owner": "net" },
        finalizers: ["ippool.ipam.metal3.io"],
        ownerReferences: [{ apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Cluster", name: "cluster1", uid: "u" }],
      },
    ),
    code: { ...api, clusterName: "cluster1", labels: { site: "a" }, annotations: { "example.com/owner": "net" } },
  },
  {
    what: "a pool whose clusterName has another label beside it",
    pool: pool(
      "moved",
      { ...api, clusterName: "c2", namePrefix: "moved" },
      {
        labels: { "cluster.x-k8s.io/cluster-name": "c1", "cluster.x-k8s.io/provider": "infrastructure-metal3" },
      },
    ),
    code: { ...api, clusterName: "c2" },
  },
  {
    what: "a pool without clusterName, with the label for clusterctl move",
    pool: pool("labelled", { ...api, namePrefix: "labelled" }, { labels: { "cluster.x-k8s.io/cluster-name": "c1" } }),
    code: { ...api, labels: { "cluster.x-k8s.io/cluster-name": "c1" } },
  },
  {
    what: "a pool that is paused",
    pool: pool(
      "paused",
      { ...api, clusterName: "c1", namePrefix: "paused" },
      { annotations: { "cluster.x-k8s.io/paused": "true" } },
    ),
    code: { ...api, clusterName: "c1", annotations: { "cluster.x-k8s.io/paused": "true" } },
  },
  {
    what: "a pool whose entries meet",
    pool: pool("double", {
      namePrefix: "double",
      pools: [{ subnet: "10.0.0.0/24" }, { start: "10.0.0.9", end: "10.0.1.9" }],
      prefix: 23,
    }),
    code: {
      pools: [{ subnet: "10.0.0.0/24" }, { start: "10.0.0.9", end: "10.0.1.9" }],
      prefix: 23,
      allowOverlap: true,
    },
  },
  {
    what: "a subnet that is limited by start and end, with DNS servers",
    pool: pool("limited", {
      namePrefix: "limited",
      pools: [{ subnet: "10.0.0.0/24", start: "10.0.0.20", end: "10.0.0.30", dnsServers: ["10.0.0.2"] }],
      dnsServers: ["8.8.8.8", "8.8.4.4"],
      prefix: 24,
    }),
    code: {
      pools: [{ subnet: "10.0.0.0/24", start: "10.0.0.20", end: "10.0.0.30", dnsServers: ["10.0.0.2"] }],
      dnsServers: ["8.8.8.8", "8.8.4.4"],
      prefix: 24,
    },
  },
];
