import { networkText } from "../../api/ip-pool";
import { IP_CLAIM } from "../../api/kinds";
import { keyText } from "../../api/meta";
import { type Address, formatAddress } from "../../core/address";
import type { FreeSpace } from "../../core/free-space";
import { placeByName, placeLowest } from "../../core/placement";
import { IpamError, undone, wording } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { type Hand, isHeldBy } from "../../ipam/ledger/hand";
import { isTakenOver, isUnheld } from "../../ipam/ledger/held";
import type { Ledger } from "../../ipam/ledger/ledger";
import { isInherited } from "../../ipam/settle/release";
import { settle } from "../../ipam/settle/settle";
import { dropLock } from "../../ipam/settle/take";
import { storedAddress, storedText } from "../allocation";
import { changedProperties } from "../arguments";
import { declaredMeta } from "../declared-metadata";
import * as life from "../handler";
import { checkClaim, filled } from "./ip-claim-check";
import { claimObject, clearClaim, ensureClaim, removeClaim } from "./ip-claim-object";
import { claimIn, servedClaim } from "./ip-claim-served";

export class IPClaimHandler implements life.Handler {
  readonly token = "metal3-ipam:index:IPClaim";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    return checkClaim(this.ipam, this.defaultNamespace, request);
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const identity = changedProperties(olds, news, ["name", "namespace", "pool"]);
    const address = news.address === undefined ? [] : changedProperties(olds, news, ["address"]);
    const replaces = [...identity, ...(olds.address === undefined ? [] : address)];
    const values = news.address === undefined ? [] : ["prefix", "gateway", "dnsServers", "addressName"];
    const meta = ["labels", "annotations", "ownerReferences"];
    const changed = [...identity, ...address, ...changedProperties(olds, news, [...values, ...meta])];
    const ledger = await this.ipam.ledger({ namespace: String(olds.namespace), name: String(olds.pool) });
    if (isTakenOver(ledger, { stack: owner.stack, token: olds.token, adopt: news.adopt === true }, [String(olds.name)]))
      changed.push("token");
    const last = storedAddress(olds.address);
    if (news.address === undefined && last && isUnheld(ledger, String(olds.name), last)) changed.push("address");
    // The claim's name is fixed: the old object has to go before the new one can be.
    return { changed, replaces, deleteBeforeReplace: true };
  }

  async create({ owner, inputs }: life.CreateRequest): Promise<life.CreateResponse> {
    const outputs = await this.ensure(owner, this.ipam.environment.mintToken(), inputs, undefined);
    return { id: idOf(outputs), outputs };
  }

  async update({ owner, olds, news }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    return { outputs: await this.ensure(owner, token, news, olds) };
  }

  async read({ id, state }: life.ReadRequest): Promise<life.ReadResponse> {
    const [namespace = "", name = ""] = id.split("/");
    const stored = await this.ipam.store.get(IP_CLAIM, { namespace, name });
    if (!stored && Object.keys(state).length === 0) return { id: "", outputs: {} };
    const { address: _address, ...rest } = state;
    // A claim that points to another pool by now has drifted; it is still the resource that state knows.
    const pool = storedText(state.pool) ?? (stored ? claimIn(stored).poolName : "");
    const ledger = await this.ipam.ledger({ namespace, name: pool });
    const lock = ledger.locksOf(name)[0];
    if (!stored || !lock) return { id, outputs: { ...rest, namespace, name, pool } };
    // A host is told what its lock says, whatever the pool says by now.
    const { addressName } = filled(ledger, lock.address);
    const { prefix: _prefix, gateway: _gateway, dnsServers: _dnsServers, ...identity } = rest;
    const live = { ...networkText(lock.network ?? {}), address: formatAddress(lock.address), addressName };
    return { id, outputs: { ...identity, namespace, name, pool, ...live } };
  }

  async delete({ owner, state }: life.DeleteRequest): Promise<void> {
    await this.remove({ ...owner, kind: "IPClaim", token: storedText(state.token) ?? "", adopt: false }, state);
  }

  private async remove(hand: Hand, state: life.Properties): Promise<void> {
    const name = String(state.name);
    const ledger = await this.ipam.ledger({ namespace: String(state.namespace), name: String(state.pool) });
    if (isInherited(ledger.declaredBy(name), hand)) return;
    await this.ipam.unpausedPool(ledger);
    // A successor has taken the claim over: nothing of it is ours any more.
    if (!(await removeClaim(this.ipam, { namespace: ledger.name.namespace, name }, hand))) return;
    const address = storedAddress(state.address) ?? ledger.locksOf(name)[0]?.address;
    if (!address) return;
    await settle(this.ipam, { ledger, hand, held: new Map([[name, address]]), wanted: new Map(), entries: false });
  }

  /** Observe, ensure lock and claim, return: the same for create, repair and change. */
  private async ensure(
    owner: life.Owner,
    token: string,
    inputs: life.Properties,
    olds: life.Properties | undefined,
  ): Promise<life.Properties> {
    const name = String(inputs.name);
    const ledger = await this.ipam.ledger({ namespace: String(inputs.namespace), name: String(inputs.pool) });
    const claimOwners = declaredMeta(inputs).ownerReferences;
    const hand: Hand = { ...owner, kind: "IPClaim", token, adopt: false, claimOwners };
    // Before the lock: afterwards it could not be told from the lock of the claim that is in use.
    const key = { namespace: ledger.name.namespace, name };
    await clearClaim(this.ipam, ledger, key, hand);
    const promised = storedAddress(inputs.address) ?? storedAddress(olds?.address);
    const isControllers = inputs.placement === "controller" && !promised;
    const address = isControllers ? undefined : await this.lock(ledger, hand, inputs, olds && promised, promised);
    try {
      await ensureClaim(this.ipam, claimObject(inputs, address, hand), hand, olds && claimObject(olds, address, hand));
    } catch (error) {
      if (olds || !address) throw error;
      // The address is not kept for a claim that could not be made, whoever has the claim of that name.
      const lock = ledger.lockAt(name, address);
      throw await undone(error, async () => lock && dropLock(this.ipam, ledger, lock, isHeldBy(hand)));
    }
    const outputs = { ...inputs, token, ...(address && filled(ledger, address)) };
    if (inputs.waitForController ?? isControllers) return this.served(ledger, hand, outputs, olds === undefined);
    return outputs;
  }

  private async lock(
    ledger: Ledger,
    hand: Hand,
    inputs: life.Properties,
    held: Address | undefined,
    address: Address | undefined,
  ): Promise<Address> {
    const name = String(inputs.name);
    const firm = held !== undefined || (inputs.pinned === true && inputs.fallback !== "next");
    const place = (free: FreeSpace) => (inputs.placement === "lowest" ? placeLowest(free) : placeByName(free, name));
    const won = await settle(this.ipam, {
      ledger,
      hand,
      held: new Map(held ? [[name, held]] : []),
      wanted: new Map([[name, { address, firm, place }]]),
      entries: false,
    });
    return won.get(name)!;
  }

  /** The outputs with what the controller has given. Throws Unfinished where it has not answered. */
  private async served(ledger: Ledger, hand: Hand, outputs: life.Properties, isNew: boolean): Promise<life.Properties> {
    const key = { namespace: ledger.name.namespace, name: String(outputs.name) };
    const answer = await servedClaim(this.ipam, ledger, key).catch((error: Error) => {
      // The claim is there, whatever keeps us from seeing more of it: state has to know.
      throw new life.Unfinished(idOf(outputs), outputs, [error.message], error);
    });
    if (answer.kind === "served") {
      const { address, network, name: addressName } = answer.half;
      return { ...outputs, ...networkText(network), address: formatAddress(address), addressName };
    }
    const { controllerWaitMs } = this.ipam.environment;
    if (answer.kind === "late") {
      throw new life.Unfinished(idOf(outputs), outputs, [wording.claimWaits(keyText(key), controllerWaitMs)]);
    }
    const refused = new IpamError("refused", wording.claimRefused(keyText(key), ledger.name, answer.message));
    if (!isNew) throw refused;
    // It would stay refused for ever, and hold nothing.
    throw await undone(refused, () => this.remove(hand, outputs));
  }
}

function idOf(outputs: life.Properties): string {
  return `${String(outputs.namespace)}/${String(outputs.name)}`;
}
