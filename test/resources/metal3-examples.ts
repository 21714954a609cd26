/** The objects on Metal3's API page, on its page on IP reuse and in its announcement, as users copy them. */
import type { Manifest } from "../../provider/api/meta";
import type { Declared } from "./program";

/** The outputs that the controller gives to a claim. */
export interface Given {
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
}

export interface Example {
  readonly what: string;
  readonly pool: { readonly name: string; readonly spec: Record<string, unknown> };
  /** claim → its annotation `ipAddress`, and what it gets. */
  readonly claims: Readonly<Record<string, { readonly asks?: string; readonly given: Given }>>;
  /** The warning about the keys of the pool. */
  readonly warns?: RegExp;
}

const API_POOLS = [
  { start: "192.168.0.10", end: "192.168.0.30", prefix: 25, gateway: "192.168.0.1" },
  { subnet: "192.168.1.1/26" },
  { subnet: "192.168.1.128/25" },
];
const FIRST = { prefix: 25, gateway: "192.168.0.1" };
const OTHERS = { prefix: 24, gateway: "192.168.1.1" };

export const EXAMPLES: readonly Example[] = [
  {
    what: "the API page",
    pool: {
      name: "pool1",
      spec: {
        clusterName: "cluster1",
        namePrefix: "test1-prov",
        pools: API_POOLS,
        prefix: 24,
        gateway: "192.168.1.1",
        preAllocations: { claim1: "192.168.0.12" },
      },
    },
    claims: {
      claim1: { given: { ...FIRST, address: "192.168.0.12" } },
      "test1-controlplane-template-0-pool1": { asks: "192.168.0.13", given: { ...FIRST, address: "192.168.0.13" } },
      second: { asks: "192.168.1.2", given: { ...OTHERS, address: "192.168.1.2" } },
      third: { asks: "192.168.1.129", given: { ...OTHERS, address: "192.168.1.129" } },
    },
  },
  {
    what: "the page on IP reuse",
    pool: {
      name: "baremetalv4-pool",
      spec: {
        clusterName: "cluster1",
        namePrefix: "test1-bmv4",
        pools: [{ start: "192.168.111.100", end: "192.168.111.200" }],
        prefix: 24,
        gateway: "192.168.111.1",
        preAllocations: { "node-0-pool0": "192.168.111.101", "node-1-pool0": "192.168.111.102" },
      },
    },
    claims: {
      "node-0-pool0": { given: { address: "192.168.111.101", prefix: 24, gateway: "192.168.111.1" } },
      "node-1-pool0": { given: { address: "192.168.111.102", prefix: 24, gateway: "192.168.111.1" } },
    },
    warns:
      /^IPPool metal3\/baremetalv4-pool pre-allocates to node-0-pool0, node-1-pool0, named after another pool\. CAPM3 asks this pool for <host>-<pool>, for example `node-0-baremetalv4-pool`\. /,
  },
  {
    what: "the announcement, IPv4, without a name prefix",
    pool: {
      name: "pool1",
      spec: {
        clusterName: "cluster1",
        pools: API_POOLS,
        prefix: 24,
        gateway: "192.168.1.1",
        preAllocations: { claim2: "192.168.0.12" },
      },
    },
    claims: { claim2: { given: { ...FIRST, address: "192.168.0.12" } } },
  },
  {
    what: "the announcement, IPv6, its gateway mended",
    pool: {
      name: "pool1",
      spec: {
        clusterName: "cluster1",
        pools: [
          {
            start: "2001:0db8:85a3:0000:0000:8a2e::10",
            end: "2001:0db8:85a3:0000:0000:8a2e:ffff:fff0",
            prefix: 96,
            gateway: "2001:0db8:85a3:0000:0000:8a2e::1",
          },
          { subnet: "2001:0db8:85a3:0000:0000:8a2d::/96" },
        ],
        prefix: 96,
        gateway: "2001:0db8:85a3:0000:0000:8a2d::1",
      },
    },
    claims: {
      claim1: {
        asks: "2001:0db8:85a3:0000:0000:8a2e::12",
        given: { address: "2001:db8:85a3::8a2e:0:12", prefix: 96, gateway: "2001:db8:85a3::8a2e:0:1" },
      },
    },
  },
  {
    // The controller counts up to a requested address. Through the first entry this would take minutes.
    what: "the announcement, IPv6, its subnet alone",
    pool: {
      name: "pool1",
      spec: {
        clusterName: "cluster1",
        pools: [{ subnet: "2001:0db8:85a3:0000:0000:8a2d::/96" }],
        prefix: 96,
        gateway: "2001:0db8:85a3:0000:0000:8a2d::1",
        preAllocations: { claim1: "2001:db8:85a3::8a2d:0:9" },
      },
    },
    claims: {
      claim1: { given: { address: "2001:db8:85a3::8a2d:0:9", prefix: 96, gateway: "2001:db8:85a3::8a2d:0:1" } },
      claim2: {
        asks: "2001:DB8:85A3::8A2D:0:2",
        given: { address: "2001:db8:85a3::8a2d:0:2", prefix: 96, gateway: "2001:db8:85a3::8a2d:0:1" },
      },
    },
  },
];

/** The example as a program, with the annotation and not with `address`. */
export function programOf({ pool: { name, spec }, claims }: Example): Declared[] {
  return [
    { kind: "ipPool", as: name, args: { name, ...spec } },
    ...Object.entries(claims).map(([claim, { asks }]): Declared => {
      const annotations = asks === undefined ? undefined : { ipAddress: asks };
      return { kind: "ipClaim", as: claim, args: { name: claim, pool: name, annotations } };
    }),
  ];
}

const API = "ipam.metal3.io/v1alpha1";

export function poolManifest({ pool: { name, spec } }: Example, namespace: string): Manifest {
  return { apiVersion: API, kind: "IPPool", metadata: { name, namespace }, spec };
}

export function claimManifests({ pool, claims }: Example, namespace: string): Manifest[] {
  return Object.entries(claims).map(([name, { asks }]) => ({
    apiVersion: API,
    kind: "IPClaim",
    metadata: { name, namespace, ...(asks !== undefined && { annotations: { ipAddress: asks } }) },
    spec: { pool: { name: pool.name } },
  }));
}
