/** Other clients of the cluster: CAPM3 creates IPClaims, and others create Cluster API's IPAddressClaims. */
import type { KubeObject } from "../testbed/cluster";
import { eventually } from "../testbed/cluster";
import type { Site } from "./site";

interface Claim extends KubeObject {
  readonly status?: { readonly address?: { readonly name: string }; readonly errorMessage?: string };
}

interface CapiClaim extends KubeObject {
  readonly status?: { readonly addressRef?: { readonly name: string }; readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface Address extends KubeObject {
  readonly spec: {
    readonly address: string;
    readonly prefix?: number;
    readonly gateway?: string;
    readonly dnsServers?: readonly string[];
    readonly claim: { readonly name: string };
    readonly pool: { readonly name: string };
  };
}

export interface CapiAddress extends KubeObject {
  readonly spec: { readonly address: string; readonly claimRef: { readonly name: string } };
}

export type Group = "metal3" | "capi";

/** The claim of a host in its next life, or of another client. */
export async function makeClaim(site: Site, name: string, group: Group = "metal3", pool = "net"): Promise<void> {
  if (group === "metal3") {
    await site.create("claim", name, { spec: { pool: { name: pool, namespace: site.namespace } } });
  } else {
    const poolRef = { apiGroup: "ipam.metal3.io", kind: "IPPool", name: pool };
    await site.create("capiClaim", name, { spec: { poolRef } });
  }
}

/** Name of each claim → its address object, or the controller's error. Absent while it has not answered. */
export async function answers(site: Site, group: Group = "metal3"): Promise<Record<string, string>> {
  const found =
    group === "metal3"
      ? (await site.list<Claim>("claim")).map(({ metadata, status }) => [
          metadata.name,
          status?.errorMessage ?? status?.address?.name,
        ])
      : (await site.list<CapiClaim>("capiClaim")).map(({ metadata, status }) => [metadata.name, capiAnswer(status)]);
  return Object.fromEntries(found.filter(([, answer]) => answer !== undefined));
}

function capiAnswer(status: CapiClaim["status"]): string | undefined {
  const refusal = status?.conditions?.find((condition) => condition.status === "False");
  return refusal?.message ?? (status?.addressRef?.name || undefined);
}

/** The IPAddress that the controller has given to a claim of CAPM3. */
export async function served(site: Site, name: string): Promise<Address> {
  const addressName = await eventually(`claim ${name} is served`, async () => {
    return (await site.get<Claim>("claim", name)).status?.address?.name;
  });
  return site.get<Address>("address", addressName);
}

/**
 * Waits until the controller has seen the locks of these claims, and the pool's entries. It reads each kind from a cache
 * of its own. A claim that follows its reservation within milliseconds may be served without either. No host is that fast.
 */
export async function known(site: Site, claims: readonly string[], pool = "net"): Promise<void> {
  let looks = 0;
  await eventually(`the controller knows of ${claims.join()}`, async () => {
    const { status } = await site.get<{ status?: { indexes?: Record<string, string> } }>("pool", pool);
    if (claims.every((claim) => status?.indexes?.[claim] !== undefined)) return true;
    // The controller does not watch addresses. This write makes it look again.
    await site.patch("pool", pool, { metadata: { annotations: { "test/look": String(++looks) } } });
    return false;
  });
}

/** One life of a host. Returns what its claim gets. */
export async function startLife(site: Site, name: string): Promise<Address> {
  await makeClaim(site, name);
  return served(site, name);
}

export async function endLife(site: Site, name: string): Promise<void> {
  await site.delete("claim", name);
  await eventually(`claim ${name} is gone`, async () => (await site.find("claim", name)) === undefined);
}

const ofMirror = (claim: string): string => claim.replace(/^reserved-/, "");

/** The holders of each address, in both groups and the pool's entries. A lock, its mirror and its entry count as one. */
export async function holders(site: Site, pool = "net"): Promise<Record<string, string[]>> {
  const { spec } = await site.get<{ spec: { preAllocations?: Record<string, string> } }>("pool", pool);
  const all = [
    ...Object.entries(spec.preAllocations ?? {}).map(([claim, address]) => [address, claim] as const),
    ...(await site.list<Address>("address")).map(({ spec }) => [spec.address, ofMirror(spec.claim.name)] as const),
    ...(await site.list<CapiAddress>("capiAddress")).map(
      ({ spec }) => [spec.address, ofMirror(spec.claimRef.name)] as const,
    ),
  ];
  const found = new Map<string, Set<string>>();
  for (const [address, claim] of all) found.set(address, (found.get(address) ?? new Set()).add(claim));
  return Object.fromEntries([...found].map(([address, claims]) => [address, [...claims]]));
}
