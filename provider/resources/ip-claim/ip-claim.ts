import { readClaim } from "../../ipam/claim-object";
import { type Ipam, NO_TOKEN, type Owner } from "../../ipam/ipam";
import { previewedAllocation, promisedInputs, storedAddress, storedText } from "../allocation";
import { changedProperties, present, without } from "../arguments";
import { declaredMeta } from "../declared-metadata";
import * as life from "../handler";
import { HIDDEN_INPUTS } from "../hidden";
import { stillByHand } from "../imported";
import { withLive } from "../live";
import { whatIsMissing } from "./ip-claim-answer";
import { CLAIM_COMPUTED } from "./ip-claim-arguments";
import { checkClaim } from "./ip-claim-check";
import { claimObjectDrift } from "./ip-claim-drift";
import { ensure } from "./ip-claim-ensure";
import { importedClaim } from "./ip-claim-import";
import { askedAddress, filled, idOf, liveOutputs, poolNameOf } from "./ip-claim-outputs";
import { releaseClaim } from "./ip-claim-release";

export class IPClaimHandler implements life.Handler {
  readonly kind = "IPClaim";
  /** Inputs in state by resource. For the second check of a replacement the engine leaves them out. */
  private readonly known = new Map<string | undefined, life.Properties>();
  /** Token of the replaced claim by resource. The engine does not pass it to create. */
  private readonly replaced = new Map<string, string>();

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { resource } = request.owner;
    if (request.olds) this.known.set(resource, request.olds);
    const known = resource === undefined ? request.olds : this.known.get(resource);
    return checkClaim(this.ipam, this.defaultNamespace, request, known);
  }

  preview(inputs: life.Properties): life.Properties {
    const shown = without(inputs, HIDDEN_INPUTS);
    return { ...shown, addressName: inputs.addressName ?? life.UNKNOWN, ...previewedAllocation(inputs) };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const stables = ["name", "namespace", "pool"];
    const identity = changedProperties(olds, news, stables);
    const address = news.address === undefined ? [] : changedProperties(olds, news, ["address"]);
    const replaces = [...identity, ...(olds.address === undefined ? [] : address)];
    const values = news.address === undefined ? [] : CLAIM_COMPUTED;
    const meta = ["labels", "annotations", "ownerReferences"];
    const changed = [...identity, ...address, ...changedProperties(olds, news, [...values, ...meta])];
    const token = storedText(olds.token);
    if (owner.resource !== undefined && token !== undefined) this.replaced.set(owner.resource, token);
    const pool = await this.ipam.pool(poolNameOf(olds));
    const name = String(olds.name);
    // The lock of a pre-allocated claim belongs to the pool.
    const isPools = pool.poolsEntry(name, owner) !== undefined;
    if (!isPools && pool.isOwnershipLost({ ...owner, token: olds.token }, new Set([name]))) changed.push("token");
    const last = storedAddress(olds.address);
    if (news.address === undefined && last && pool.isUnheld(name, last)) changed.push("address");
    // The name of the claim is fixed, so the old object has to be deleted before the new one is created.
    return { changed, replaces, deleteBeforeReplace: true, stables };
  }

  async create({ owner, inputs, operation, firm = false }: life.CreateRequest): Promise<life.CreateResponse> {
    const outputs = await ensure({
      owner: claimOwner(owner, this.ipam.environment.mintToken(), inputs),
      pool: await this.ipam.pool(poolNameOf(inputs), operation),
      inputs,
      olds: undefined,
      firm,
      replaces: owner.resource === undefined ? undefined : this.replaced.get(owner.resource),
    });
    return { id: idOf(outputs), outputs };
  }

  async update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    const { owner, olds, oldInputs, news, operation, firm = false } = request;
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const outputs = await ensure({
      owner: claimOwner(owner, token, news),
      pool: await this.ipam.pool(poolNameOf(news), operation),
      inputs: news,
      olds: { ...olds, ...oldInputs },
      firm,
    });
    return { outputs };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedClaim(this.ipam, request);
    const [namespace = "", name = ""] = id.split("/");
    const { address: _address, prefix: _prefix, gateway: _gateway, dnsServers: _dnsServers, ...rest } = state;
    // A claim that now points to another pool has drifted. It is still the resource in state.
    const pool = await this.ipam.pool({ namespace, name: String(state.pool) });
    const stored = await pool.claim(name);
    const lock = stored && pool.view.locksOf(name)[0];
    const isByHand = stillByHand(pool.view, inputs)?.includes(name);
    const asked = stored && isByHand ? askedAddress(pool, readClaim(stored)) : undefined;
    const live = lock ? liveOutputs(pool, lock) : asked && filled(pool, asked);
    const { labels, annotations } = inputs ?? state;
    const declared = present({ ...rest, labels, annotations });
    const outputs = { ...declared, namespace, name, pool: pool.name.name, ...live };
    const promise = inputs && promisedInputs(inputs, state, CLAIM_COMPUTED);
    const promised = storedAddress((promise ?? state).address);
    const drift = promised ? await claimObjectDrift(pool, { ...state, ...promise }, promised) : [];
    const isAsked = stored && this.ipam.store.apiServer;
    const missing = isAsked && whatIsMissing(pool, promise ?? state, readClaim(stored));
    return { id, inputs: promise, outputs: withLive(outputs, drift), drift, ...(missing && { unfinished: [missing] }) };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const pool = await this.ipam.pool(poolNameOf(state), operation);
    await releaseClaim(pool, claimOwner(owner, storedText(state.token) ?? NO_TOKEN), state);
  }
}

function claimOwner(owner: life.ResourceOwner, token: string, inputs: life.Properties = {}): Owner {
  const claimOwners = declaredMeta(inputs).ownerReferences;
  return { ...owner, kind: "IPClaim", token, adopt: false, claimOwners };
}
