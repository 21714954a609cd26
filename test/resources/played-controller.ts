/** Metal3's controller as far as its answers to claims go: for lives of claims without a cluster. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { CLAIM_KINDS, type ClaimKind, servedName } from "../../provider/api/claim";
import { apiVersionOf } from "../../provider/api/kinds";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store, Stored } from "../../provider/store/store";

interface Spec {
  readonly address: string;
  readonly claim?: { readonly name: string };
  readonly claimRef?: { readonly name: string };
  readonly pool?: { readonly name: string };
  readonly poolRef?: { readonly name: string };
}

const OBJECTS = { IPClaim: IP_ADDRESS, IPAddressClaim: CAPI_IP_ADDRESS } as const;
const ADDRESSES = Array.from({ length: 10 }, (_, index) => `10.0.0.${index + 10}`);

export class PlayedController {
  /** `<kind> <claim>` → the address that its host uses. */
  private readonly used = new Map<string, string>();

  constructor(private readonly store: Store) {}

  /** A claim appears, and is served at once if it can be. */
  async start(claimKind: ClaimKind, name: string): Promise<void> {
    if (await this.store.get(CLAIM_KINDS[claimKind], at(name))) return;
    const isOfMetal3 = claimKind === "IPClaim";
    await this.store.create(CLAIM_KINDS[claimKind], {
      apiVersion: apiVersionOf(CLAIM_KINDS[claimKind]),
      kind: claimKind,
      metadata: at(name),
      spec: isOfMetal3
        ? { pool: { name: "net" } }
        : { poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" } },
    });
    await this.serve(claimKind, name);
  }

  /** Serves the claims that could not be served before. */
  async settle(): Promise<void> {
    for (const claimKind of ["IPClaim", "IPAddressClaim"] as const) {
      const claims = await this.store.list(CLAIM_KINDS[claimKind], "metal3");
      for (const claim of claims.filter((one) => !servedName(one))) await this.serve(claimKind, claim.metadata.name);
    }
  }

  private async serve(claimKind: ClaimKind, name: string): Promise<void> {
    const pool = await this.store.get(IP_POOL, at("net"));
    const address = pool && (await this.given(claimKind, name, pool));
    if (!address) return;
    const given = { name: objectName(address) };
    await this.store.patch(CLAIM_KINDS[claimKind], at(name), {
      status: claimKind === "IPClaim" ? { address: given } : { addressRef: given },
    });
    this.used.set(`${claimKind} ${name}`, address);
  }

  /** The claim ends, and its address object with it. */
  async end(claimKind: ClaimKind, name: string): Promise<void> {
    if (!(await this.store.get(CLAIM_KINDS[claimKind], at(name)))) return;
    await this.store.remove(CLAIM_KINDS[claimKind], at(name));
    this.used.delete(`${claimKind} ${name}`);
    const objects = await this.store.list(OBJECTS[claimKind], "metal3");
    for (const object of objects.filter((one) => poolIn(one) === "net" && claimIn(one) === name)) {
      await this.store.remove(OBJECTS[claimKind], at(object.metadata.name));
    }
  }

  async endAll(): Promise<void> {
    for (const claimKind of ["IPClaim", "IPAddressClaim"] as const) {
      for (const { metadata } of await this.store.list(CLAIM_KINDS[claimKind], "metal3"))
        await this.end(claimKind, metadata.name);
    }
  }

  isAlive(name: string): boolean {
    return [...this.used.keys()].some((key) => key.endsWith(` ${name}`));
  }

  /** Each live claim has its object, at its address, and no two use one address. */
  async assertKept(): Promise<void> {
    assert.equal(
      new Set(this.used.values()).size,
      this.used.size,
      `one claim for each address: ${[...this.used].join("; ")}`,
    );
    for (const [key, address] of this.used) {
      const [claimKind, name] = key.split(" ") as [ClaimKind, string];
      const object = await this.store.get(OBJECTS[claimKind], at(objectName(address)));
      assert.ok(object, `${key} has lost the object of ${address}`);
      assert.deepEqual([claimIn(object), specOf(object).address], [name, address], `the object of ${key}`);
    }
  }

  /** All objects are those of these claims or of live ones. */
  async assertNoOthers(claims: readonly string[]): Promise<void> {
    const named = [...claims, ...[...this.used.keys()].map((key) => key.split(" ")[1]!)];
    for (const kind of [IP_ADDRESS, CAPI_IP_ADDRESS]) {
      const found = (await this.store.list(kind, "metal3")).map((object) => claimIn(object).replace(/^reserved-/, ""));
      assert.deepEqual(
        found.filter((name) => !named.includes(name)),
        [],
        "objects of no claim",
      );
    }
  }

  private async given(claimKind: ClaimKind, name: string, pool: Stored): Promise<string | undefined> {
    const own = await this.store.list(OBJECTS[claimKind], "metal3");
    const there = own.find((object) => poolIn(object) === "net" && claimIn(object) === name);
    if (there) return specOf(there).address;
    const all = (await Promise.all(Object.values(OBJECTS).map((kind) => this.store.list(kind, "metal3")))).flat();
    const counted = new Set(all.filter((object) => poolIn(object) === "net").map((object) => specOf(object).address));
    const entries = (specOf(pool) as { preAllocations?: Record<string, string> }).preAllocations ?? {};
    const reserved = new Set(Object.values(entries));
    const address = entries[name] ?? ADDRESSES.find((one) => !counted.has(one) && !reserved.has(one));
    const isFree =
      address && !counted.has(address) && !own.some(({ metadata }) => metadata.name === objectName(address));
    if (!isFree) return undefined;
    const owner = { apiVersion: "v1", kind: claimKind, name, uid: `${claimKind}-${name}` };
    const isOfMetal3 = claimKind === "IPClaim";
    await this.store.create(OBJECTS[claimKind], {
      apiVersion: apiVersionOf(OBJECTS[claimKind]),
      kind: "IPAddress",
      metadata: { ...at(objectName(address)), ownerReferences: [owner] },
      spec: isOfMetal3
        ? { address, prefix: 24, gateway: "10.0.0.1", claim: { name }, pool: { name: "net" } }
        : {
            address,
            prefix: 24,
            gateway: "10.0.0.1",
            claimRef: { name },
            poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" },
          },
    });
    return address;
  }
}

function at(name: string) {
  return { namespace: "metal3", name };
}

function objectName(address: string): string {
  return `net-${address.replaceAll(".", "-")}`;
}

function specOf(object: Stored): Spec {
  return (object as { spec?: unknown }).spec as Spec;
}

function claimIn(object: Stored): string {
  const { claim, claimRef } = specOf(object);
  return (claim ?? claimRef)!.name;
}

function poolIn(object: Stored): string {
  const { pool, poolRef } = specOf(object);
  return (pool ?? poolRef)!.name;
}
