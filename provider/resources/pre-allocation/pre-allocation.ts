/** PreAllocation: one claim's address, reserved before the claim exists. */
import { NETWORK_FIELDS } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { placeByName, placeLowest } from "../../core/placement";
import type { Ipam } from "../../ipam/ipam";
import { NO_TOKEN, type Owner } from "../../ipam/metal3/owner";
import { heldAddresses, isHeldByAnother, isUnheld } from "../../ipam/plan/held";
import { promiseAddress, wonInstead } from "../../ipam/plan/promise";
import { claimDrift, type LastSet } from "../../ipam/pool/drift";
import type { PoolView } from "../../ipam/pool/pool-view";
import { liveWarnings, poolWarnings } from "../../ipam/pool/warnings";
import { reconcile } from "../../ipam/reconcile/reconcile";
import type { ReconcileRequest, Wanted } from "../../ipam/reconcile/request";
import { wording } from "../../ipam/wording";
import { allocationText, asSaid, previewedAllocation, promisedInputs, storedAddress, storedText } from "../allocation";
import { changedProperties, present, readArguments } from "../arguments";
import { hostClaimName, tooLong } from "../claim-name";
import * as life from "../handler";
import { stillByHand } from "../imported";
import { withLive } from "../live";
import { liveAllocation } from "./live-allocation";
import { preAllocationShape } from "./pre-allocation-arguments";
import { importedPreAllocation } from "./pre-allocation-import";

export class PreAllocationHandler implements life.Handler {
  readonly kind = "PreAllocation";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async check({ owner, olds, news }: life.CheckRequest): Promise<life.CheckResponse> {
    const { said, shown } = asSaid(news, news.host === undefined ? [] : ["claimName"]);
    const { args, unknown, failures } = readArguments(preAllocationShape, said);
    const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? this.defaultNamespace);
    failures.push(...oneOf(said));
    const { pool, host } = args;
    const claimName = host !== undefined && pool !== undefined ? hostClaimName(host, pool) : args.claimName;
    failures.push(...tooLong(claimName));
    const pinned = said.address !== undefined;
    const inputs = present({
      ...said,
      namespace: namespace ?? said.namespace,
      claimName: claimName ?? said.claimName,
      pinned,
    });
    if (failures.length > 0 || !pool || !namespace || !claimName || unknown.has("address")) {
      return { inputs, failures, warnings: [], drift: [] };
    }
    const view = await this.ipam.view({ namespace, name: pool });
    const byHand = stillByHand(view, olds);
    const old = promiseIn(olds, { namespace, pool, claimName });
    const answer = promiseAddress(view, {
      claim: claimName,
      by: { ...owner, kind: "PreAllocation", adopt: args.adopt ?? false },
      pin: args.address,
      entries: true,
      promised: old?.address ?? shown,
      fallback: args.fallback ?? "error",
      // "lowest" depends on the order of siblings: create decides.
      place: args.placement === "lowest" ? undefined : (free) => placeByName(free, host ?? claimName),
    });
    const faults = [...answer.faults, ...(await liveFaults(this.ipam, view, claimName, old?.address, answer.address))];
    const allocation = answer.address && allocationText(view.offered?.pool, answer.address);
    return {
      inputs: present({ ...inputs, ...allocation, byHand }),
      failures: faults.map((reason) => ({ property: pinned ? "address" : "", reason })),
      warnings: [
        ...this.ipam.claimNameWarnings(view.name, claimName),
        ...poolWarnings(view, answer.address ? [answer.address] : []),
        ...liveWarnings(view, answer.address ? [[claimName, answer.address]] : []),
      ],
      drift: old ? claimDrift(view, claimName, { ...lastSet(view, claimName, old), byHand }, true) : [],
    };
  }

  preview(inputs: life.Properties): life.Properties {
    const { pinned: _pinned, byHand: _byHand, ...shown } = inputs;
    return { ...shown, claimName: inputs.claimName ?? life.UNKNOWN, ...previewedAllocation(inputs) };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const stables = ["pool", "namespace", "claimName"];
    const replaces = changedProperties(olds, { ...news, claimName: claimIn(news) }, stables);
    const values = ["address", ...NETWORK_FIELDS];
    // Not known yet is no change: the promise stays what it is.
    const filled = news.address === undefined ? [] : changedProperties(olds, news, values);
    const changed = [...replaces, ...filled, ...changedProperties(olds, news, ["host"])];
    const view = await this.ipam.view({ namespace: String(olds.namespace), name: String(olds.pool) });
    const claimName = String(olds.claimName);
    if (isHeldByAnother(view, { ...owner, token: olds.token, adopt: news.adopt === true }, [claimName]))
      changed.push("token");
    // With "lowest", inputs do not hold the address before the second check: outputs remember what is to be restored.
    const address = storedAddress(olds.address);
    if (news.address === undefined && address && isUnheld(view, claimName, address)) changed.push("address");
    return { changed, replaces, deleteBeforeReplace: false, stables };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.settle(
      this.ipam.during(operation),
      owner,
      token,
      inputs,
      new Map(),
      inputs.pinned === true && inputs.fallback !== "next",
    );
    const id = [outputs.namespace, outputs.pool, outputs.claimName].join("/");
    return { id, outputs };
  }

  async update({ owner, olds, oldInputs, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const ipam = this.ipam.during(operation);
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const claimName = String(news.claimName);
    const view = await this.ipam.view({ namespace: String(news.namespace), name: String(news.pool) });
    // What a refresh has read may be drift, or nothing: what is not pinned anew is still promised by the inputs.
    const [promised, last] = [storedAddress(news.address), storedAddress(oldInputs?.address ?? olds.address)];
    const stated = news.pinned === true ? (last ?? promised) : (promised ?? last);
    const promises = new Map([[claimName, stated]]);
    const held = heldAddresses(view, token, promises);
    return { outputs: await this.settle(ipam, owner, token, news, held, true, promises) };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedPreAllocation(this.ipam, request);
    const [namespace = "", pool = "", claimName = ""] = id.split("/");
    const view = await this.ipam.view({ namespace, name: pool });
    const { address: _address, prefix: _prefix, gateway: _gateway, dnsServers: _dnsServers, ...rest } = state;
    const identity = { namespace, pool, claimName };
    const promise = inputs && promisedInputs(inputs, state);
    const old = promiseIn(promise ?? state, identity);
    const byHand = stillByHand(view, inputs);
    const drift = old ? claimDrift(view, claimName, { ...lastSet(view, claimName, old), byHand }, true) : [];
    // Gone or not: it is still the same resource, and the next update restores the promise that the inputs hold.
    return {
      id,
      inputs: promise,
      outputs: withLive({ ...rest, ...identity, ...liveAllocation(view, claimName, old) }, drift),
      drift,
    };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const claimName = String(state.claimName);
    const view = await this.ipam.view({ namespace: String(state.namespace), name: String(state.pool) });
    const hand: Owner = { ...owner, kind: "PreAllocation", token: storedText(state.token) ?? NO_TOKEN, adopt: false };
    const held = heldAddresses(view, hand.token, new Map([[claimName, storedAddress(state.address)]]));
    await reconcile(this.ipam.during(operation), { view, owner: hand, held, wanted: new Map(), entries: true });
  }

  private async settle(
    ipam: Ipam,
    owner: life.ResourceOwner,
    token: string,
    inputs: life.Properties,
    held: ReadonlyMap<string, Address>,
    firm: boolean,
    promised?: ReconcileRequest["promised"],
  ): Promise<life.Properties> {
    const view = await this.ipam.view({ namespace: String(inputs.namespace), name: String(inputs.pool) });
    const claimName = String(inputs.claimName);
    const wanted: Wanted = {
      address: storedAddress(inputs.address) ?? held.get(claimName),
      firm,
      place: (free) =>
        inputs.placement === "lowest" ? placeLowest(free) : placeByName(free, String(inputs.host ?? claimName)),
    };
    const hand: Owner = { ...owner, kind: "PreAllocation", token, adopt: inputs.adopt === true };
    const won = await reconcile(ipam, {
      view,
      owner: hand,
      held,
      wanted: new Map([[claimName, wanted]]),
      entries: true,
      promised,
    });
    const address = won.get(claimName);
    return { ...inputs, token, ...(address && allocationText(view.pool?.pool, address)) };
  }
}

/** Refused in check already, for a preview that shows a change which the update then refuses is a lie. */
export async function liveFaults(
  ipam: Ipam,
  view: PoolView,
  claim: string,
  from: Address | undefined,
  to: Address | undefined,
): Promise<string[]> {
  if (!from || !to || sameAddress(from, to) || view.lockAt(claim, to)) return [];
  const isLive = await ipam.hasClaim(view, claim);
  return isLive ? [wording.addressInUse(view.name, claim, from, to)] : [];
}

function oneOf({ host, claimName }: life.Properties): life.CheckFailure[] {
  if (host !== undefined && claimName !== undefined) {
    return [
      { property: "claimName", reason: "is given beside `host`, which makes it <host>-<pool>; give one of them" },
    ];
  }
  if (host === undefined && claimName === undefined) {
    return [{ property: "host", reason: "is required: the BareMetalHost's name, or give `claimName`" }];
  }
  return [];
}

function lastSet(view: PoolView, claim: string, old: LastSet): LastSet {
  const address = wonInstead(view, claim, old.address);
  return address ? { address } : old;
}

/** Inputs have it from check; those of an import say the host alone, as a program does. */
function claimIn({ claimName, host, pool }: life.Properties): unknown {
  const isSaid = claimName !== undefined || typeof host !== "string" || typeof pool !== "string";
  return isSaid ? claimName : hostClaimName(host, pool);
}

/** What state promised, if it is the same claim of the same pool: else this is a replacement, and starts anew. */
function promiseIn(olds: life.Properties | undefined, identity: Record<string, string>): LastSet | undefined {
  if (!olds) return undefined;
  const before = { ...olds, claimName: claimIn(olds) };
  if (changedProperties(before, identity, Object.keys(identity)).length > 0) return undefined;
  const address = storedAddress(olds.address);
  if (!address) return undefined;
  const { prefix, gateway, dnsServers } = olds;
  return { address, network: present({ prefix, gateway, dnsServers }) };
}
