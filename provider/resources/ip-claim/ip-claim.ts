import { keyText } from "../../api/meta";
import { NETWORK_FIELDS, networkText } from "../../api/metal3/ip-pool";
import { type Address, formatAddress } from "../../core/address";
import type { FreeSpace } from "../../core/free-space";
import { placeByName, placeLowest } from "../../core/placement";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { isOfStack, marksOf } from "../../ipam/metal3/marks";
import { isHeldByOwner, NO_TOKEN, type Owner } from "../../ipam/metal3/owner";
import { dropLock } from "../../ipam/metal3/take-lock";
import { isHeldByAnother, isUnheld } from "../../ipam/plan/held";
import type { PoolView } from "../../ipam/pool/pool-view";
import { reconcile } from "../../ipam/reconcile/reconcile";
import { isInherited, isIPClaim } from "../../ipam/reconcile/successors";
import { undone } from "../../ipam/undone";
import { wording } from "../../ipam/wording";
import { previewedAllocation, promisedInputs, storedAddress, storedText } from "../allocation";
import { changedProperties, present } from "../arguments";
import { declaredMeta } from "../declared-metadata";
import * as life from "../handler";
import { withLive } from "../live";
import { checkClaim, filled } from "./ip-claim-check";
import { claimObjectDrift } from "./ip-claim-drift";
import { importedClaim, liveClaim } from "./ip-claim-import";
import { claimObject, clearClaim, ensureClaim, removeClaim } from "./ip-claim-object";
import { claimIn, servedClaim, whatIsMissing } from "./ip-claim-served";

export class IPClaimHandler implements life.Handler {
  readonly kind = "IPClaim";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    return checkClaim(this.ipam, this.defaultNamespace, request);
  }

  preview(inputs: life.Properties): life.Properties {
    const { pinned: _pinned, byHand: _byHand, ...shown } = inputs;
    return { ...shown, addressName: inputs.addressName ?? life.UNKNOWN, ...previewedAllocation(inputs) };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const stables = ["name", "namespace", "pool"];
    const identity = changedProperties(olds, news, stables);
    const address = news.address === undefined ? [] : changedProperties(olds, news, ["address"]);
    const replaces = [...identity, ...(olds.address === undefined ? [] : address)];
    const values = news.address === undefined ? [] : [...NETWORK_FIELDS, "addressName"];
    const meta = ["labels", "annotations", "ownerReferences"];
    const changed = [...identity, ...address, ...changedProperties(olds, news, [...values, ...meta])];
    const view = await this.ipam.view({ namespace: String(olds.namespace), name: String(olds.pool) });
    if (isHeldByAnother(view, { ...owner, token: olds.token }, [String(olds.name)])) changed.push("token");
    const last = storedAddress(olds.address);
    if (news.address === undefined && last && isUnheld(view, String(olds.name), last)) changed.push("address");
    // The claim's name is fixed: the old object has to go before the new one can be.
    return { changed, replaces, deleteBeforeReplace: true, stables };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const ipam = this.ipam.during(operation);
    const outputs = await this.ensure(ipam, owner, ipam.environment.mintToken(), inputs, undefined);
    return { id: idOf(outputs), outputs };
  }

  async update({ owner, olds, oldInputs, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const ipam = this.ipam.during(operation);
    const token = storedText(olds.token) ?? ipam.environment.mintToken();
    return { outputs: await this.ensure(ipam, owner, token, news, { ...olds, ...oldInputs }) };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedClaim(this.ipam, request);
    const [namespace = "", name = ""] = id.split("/");
    const { address: _address, prefix: _prefix, gateway: _gateway, dnsServers: _dnsServers, ...rest } = state;
    // A claim that points to another pool by now has drifted; it is still the resource that state knows.
    const pool = String(state.pool);
    const view = await this.ipam.view({ namespace, name: pool });
    const stored = await this.ipam.claim(namespace, name);
    const lock = stored && view.locksOf(name)[0];
    const { labels, annotations } = inputs ?? state;
    const declared = present({ ...rest, labels, annotations });
    const outputs = { ...declared, namespace, name, pool, ...(lock && liveClaim(view, lock)) };
    const promise = inputs && promisedInputs(inputs, state);
    const promised = storedAddress((promise ?? state).address);
    const drift = promised ? await claimObjectDrift(this.ipam, view, { ...state, ...promise }, promised) : [];
    const isAsked = stored && this.ipam.store.apiServer;
    const missing = isAsked && whatIsMissing(promise ?? state, claimIn(stored), view);
    return { id, inputs: promise, outputs: withLive(outputs, drift), drift, ...(missing && { unfinished: [missing] }) };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const hand: Owner = { ...owner, kind: "IPClaim", token: storedText(state.token) ?? NO_TOKEN, adopt: false };
    await this.remove(this.ipam.during(operation), hand, state);
  }

  private async remove(ipam: Ipam, hand: Owner, state: life.Properties): Promise<void> {
    const name = String(state.name);
    const view = await ipam.view({ namespace: String(state.namespace), name: String(state.pool) });
    const declarer = view.declaredBy(name);
    const isHandedOver = isInherited(declarer, hand);
    if (isHandedOver && isIPClaim(declarer)) return;
    await ipam.unpausedPool(view);
    // A successor has taken the claim over: nothing of it is ours any more.
    if (!(await removeClaim(ipam, { namespace: view.name.namespace, name }, hand))) return;
    // A reservation that follows has the address, and no IPClaim.
    if (isHandedOver) return;
    const address = storedAddress(state.address) ?? view.locksOf(name)[0]?.address;
    if (!address) return;
    await reconcile(ipam, { view, owner: hand, held: new Map([[name, address]]), wanted: new Map(), entries: false });
  }

  /** Observe, ensure lock and claim, return: the same for create, repair and change. */
  private async ensure(
    ipam: Ipam,
    owner: life.ResourceOwner,
    token: string,
    inputs: life.Properties,
    olds: life.Properties | undefined,
  ): Promise<life.Properties> {
    const name = String(inputs.name);
    const view = await ipam.view({ namespace: String(inputs.namespace), name: String(inputs.pool) });
    const claimOwners = declaredMeta(inputs).ownerReferences;
    const hand: Owner = { ...owner, kind: "IPClaim", token, adopt: false, claimOwners };
    // Before the lock: afterwards it could not be told from the lock of the claim that is in use.
    const key = { namespace: view.name.namespace, name };
    const begun = await clearClaim(ipam, view, key, hand, olds !== undefined);
    const promised = storedAddress(inputs.address) ?? storedAddress(olds?.address);
    // Killed before state was written: the controller has served what was asked for then.
    const isServed = begun && isOfStack(marksOf(begun), owner) && promised && view.lockAt(name, promised);
    const held = olds || isServed ? promised : undefined;
    const isControllers = inputs.placement === "controller" && !promised;
    const address = isControllers ? undefined : await this.lock(ipam, view, hand, inputs, held, promised);
    try {
      await ensureClaim(ipam, claimObject(inputs, address, hand), hand, olds && claimObject(olds, address, hand));
    } catch (error) {
      if (olds || !address) throw error;
      // The address is not kept for a claim that could not be made, whoever has the claim of that name.
      const lock = view.lockAt(name, address);
      throw await undone(error, async () => lock && dropLock(ipam, view, lock, isHeldByOwner(hand)));
    }
    const outputs = { ...inputs, token, ...(address && filled(view, address)) };
    if (!(inputs.waitForController ?? isControllers)) return outputs;
    const told = await this.served(ipam, view, hand, outputs, olds === undefined);
    // What the controller has chosen is promised from now on, with all that goes with a promise.
    if (!isControllers) return told;
    const { waitForController } = inputs;
    const promise = await this.ensure(ipam, owner, token, { ...told, waitForController: false }, told);
    return { ...promise, waitForController };
  }

  private async lock(
    ipam: Ipam,
    view: PoolView,
    hand: Owner,
    inputs: life.Properties,
    held: Address | undefined,
    address: Address | undefined,
  ): Promise<Address> {
    const name = String(inputs.name);
    const firm = held !== undefined || (inputs.pinned === true && inputs.fallback !== "next");
    const place = (free: FreeSpace) => (inputs.placement === "lowest" ? placeLowest(free) : placeByName(free, name));
    const won = await reconcile(ipam, {
      view,
      owner: hand,
      held: new Map(held ? [[name, held]] : []),
      wanted: new Map([[name, { address, firm, place }]]),
      entries: false,
    });
    return won.get(name)!;
  }

  /** The outputs with what the controller has given. Throws Unfinished where it has not answered. */
  private async served(
    ipam: Ipam,
    view: PoolView,
    hand: Owner,
    outputs: life.Properties,
    isNew: boolean,
  ): Promise<life.Properties> {
    const key = { namespace: view.name.namespace, name: String(outputs.name) };
    const answer = await servedClaim(ipam, view, key).catch((error: Error) => {
      // The claim is there, whatever keeps us from seeing more of it: state has to know.
      throw new life.Unfinished(idOf(outputs), outputs, [error.message], error);
    });
    if (answer.kind === "served") {
      const { address, network, name: addressName } = answer.half;
      return { ...outputs, ...networkText(network), address: formatAddress(address), addressName };
    }
    const { controllerWaitMs } = ipam.environment;
    if (answer.kind === "late") {
      throw new life.Unfinished(idOf(outputs), outputs, [
        wording.claimWaits(view.words, keyText(key), view.name, controllerWaitMs),
      ]);
    }
    const refused = new IpamError("refused", wording.claimRefused(view.words, keyText(key), view.name, answer.message));
    if (!isNew) throw refused;
    // It would stay refused for ever, and hold nothing.
    throw await undone(refused, () => this.remove(ipam, hand, outputs));
  }
}

function idOf(outputs: life.Properties): string {
  return `${String(outputs.namespace)}/${String(outputs.name)}`;
}
