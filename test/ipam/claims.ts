/** Does the steps of a recorded case on a store and through the handlers. Each step is a separate process. */
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { handlersOver } from "../../provider/compose";
import { formatAddress } from "../../provider/core/address";
import { printed } from "../../provider/pulumi/failed-check";
import type { CheckFailure, Properties } from "../../provider/resources/handler";
import type { Store } from "../../provider/store/store";
import { address } from "../core/written";
import { testEnvironment } from "../resources/program";
import type { Operation, Outcome, RecordedCase, Result, Served } from "./recorded-cases";

export const NAMESPACE = "metal3";
const KEY = { namespace: NAMESPACE, name: "pool" };

export class Claims {
  /** The state of each served claim. */
  private readonly states = new Map<string, Properties>();
  /** Refused claims, with the address that they ask for. */
  readonly refused = new Map<string, string | undefined>();
  private served = 0;

  constructor(private readonly store: Store) {}

  /** As another user has created it. The spec may be odd. */
  async createPool(spec: RecordedCase["spec"]): Promise<void> {
    const head = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: KEY };
    await this.store.create(IP_POOL, { ...head, spec });
  }

  /** Replaces each given field, like the recorder. A merge patch alone would keep the other preAllocations. */
  async set(fields: Operation["spec"]): Promise<void> {
    const live = (await this.store.get(IP_POOL, KEY))?.spec as Record<string, object | undefined>;
    const patch = Object.entries(fields).map(([field, value]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [field, value];
      const gone = Object.keys(live[field] ?? {}).map((key) => [key, null]);
      return [field, { ...Object.fromEntries(gone), ...value }];
    });
    await this.store.patch(IP_POOL, KEY, { spec: Object.fromEntries(patch) });
  }

  /** The check of the pool with these fields, for a program that manages it from now on. */
  async refusalOf(fields: Operation["spec"]): Promise<readonly CheckFailure[]> {
    const live = (await this.store.get(IP_POOL, KEY))?.spec as object;
    const news = Object.fromEntries(Object.entries({ ...live, ...fields }).filter(([, value]) => value !== null));
    const request = { owner: { stack: "oracle/0", resource: "pool" }, olds: undefined };
    const { failures } = await this.handlers().ipPool.check({
      ...request,
      news: { ...news, name: "pool", adopt: true },
    });
    return failures;
  }

  /** Each claim has its own stack. They share only the store. */
  async claim(name: string, requested: string | undefined): Promise<Outcome> {
    const owner = { stack: `oracle/${this.served + 1}`, resource: name };
    const news = { name, pool: "pool", placement: "lowest", ...(requested !== undefined && { address: requested }) };
    const { ipClaim } = this.handlers();
    try {
      const { inputs, failures } = await ipClaim.check({ owner, olds: undefined, news });
      if (failures.length > 0)
        throw new Error(
          failures
            .map(printed)
            .map((each) => `${each.property}: ${each.reason}`)
            .join("; "),
        );
      const { outputs } = await ipClaim.create({ owner, inputs });
      this.served++;
      this.states.set(name, { ...outputs, owner });
      this.refused.delete(name);
      return servedWith(outputs);
    } catch (error) {
      if (!this.states.has(name)) this.refused.set(name, requested);
      return (error as Error).message;
    }
  }

  async release(name: string): Promise<void> {
    const state = this.states.get(name);
    this.states.delete(name);
    this.refused.delete(name);
    if (!state) return;
    const owner = state.owner as { stack: string; resource: string };
    await this.handlers().ipClaim.delete({ owner, id: `${NAMESPACE}/${name}`, state });
  }

  /** claim → address, by the objects that are stored. */
  async held(): Promise<Record<string, string>> {
    const objects = await this.store.list(IP_ADDRESS, NAMESPACE);
    const specs = objects.map(({ spec }) => spec as { address: string; claim: { name: string } });
    return Object.fromEntries(specs.map((spec) => [spec.claim.name, spec.address]));
  }

  private handlers() {
    return handlersOver(this.store, testEnvironment(), NAMESPACE);
  }
}

function servedWith({ address: given, prefix, gateway, dnsServers, addressName }: Properties): Served {
  return JSON.parse(JSON.stringify({ address: given, prefix, gateway, dnsServers, object: addressName }));
}

/** Metal3 copies gateway and DNS servers as they are written. This provider writes them in canonical form. */
export function canonicalResult(result: Result): Served {
  const { gateway, dnsServers, ...rest } = result as Served;
  const canonical = (text: string) => formatAddress(address(text));
  return {
    ...rest,
    ...(gateway && { gateway: canonical(gateway) }),
    ...(dnsServers && { dnsServers: dnsServers.map(canonical) }),
  };
}
