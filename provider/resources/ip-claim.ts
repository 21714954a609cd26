/** IPClaim: an address for something that is no BareMetalHost, a VIP for instance. The lock comes first, then the claim. */
import { z } from "zod";
import { canonicalAddress } from "../api/address-text";
import { addressObjectName } from "../api/ip-address";
import { REQUESTED_ADDRESS_ANNOTATION, readIPClaim } from "../api/ip-claim";
import { apiVersionOf, IP_CLAIM } from "../api/kinds";
import { keyText, type Manifest } from "../api/meta";
import { namespaceName, objectName } from "../api/names";
import type { Address } from "../core/address";
import { placeByName, placeLowest } from "../core/placement";
import { claimDrift, driftLine, goneLine } from "../ipam/drift";
import { IpamError, wording } from "../ipam/errors";
import type { Ipam } from "../ipam/ipam";
import type { Ledger } from "../ipam/ledger";
import { marksOf, newMarkAnnotations, ownerText } from "../ipam/marks";
import { farWarnings, promiseAddress, wonInstead } from "../ipam/promise";
import { retryOnConflict } from "../ipam/retry";
import { settle } from "../ipam/settle";
import type { Hand } from "../ipam/take";
import { isStoreError, type Stored } from "../store/store";
import { allocationText, storedAddress, storedText } from "./allocation";
import { changedProperties, present, readArguments } from "./arguments";
import { declaredMeta, metadataDrift, metadataPatch } from "./declared-metadata";
import type * as life from "./handler";

const shape = {
  name: objectName,
  namespace: namespaceName.optional(),
  pool: objectName,
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  ownerReferences: z
    .array(
      z.looseObject({
        apiVersion: z.string().min(1),
        kind: z.string().min(1),
        name: objectName,
        uid: z.string().min(1),
      }),
    )
    .optional(),
  address: canonicalAddress.optional(),
  fallback: z.enum(["error", "next"]).optional(),
  placement: z.enum(["byName", "lowest", "controller"]).optional(),
  waitForController: z.boolean().optional(),
};

export class IPClaimHandler implements life.Handler {
  readonly token = "metal3-ipam:index:IPClaim";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async check({ owner, olds, news }: life.CheckRequest): Promise<life.CheckResponse> {
    const { args, unknown, failures } = readArguments(shape, news);
    failures.push(...needsController(news));
    const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? this.defaultNamespace);
    const pinned = news.address !== undefined;
    const inputs = present({ ...news, namespace: namespace ?? news.namespace, pinned });
    const { pool, name } = args;
    if (failures.length > 0 || !pool || !namespace || !name || unknown.has("address")) {
      return { inputs, failures, warnings: [], drift: [] };
    }
    const ledger = await this.ipam.ledger({ namespace, name: pool });
    const isSame =
      olds && changedProperties(olds, { namespace, pool, name }, ["namespace", "pool", "name"]).length === 0;
    const promised = isSame ? storedAddress(olds.address) : undefined;
    const answer = promiseAddress(ledger, {
      claim: name,
      by: { ...owner, adopt: false },
      pin: args.address,
      entries: false,
      promised,
      fallback: args.fallback ?? "error",
      place: args.placement === "lowest" ? undefined : (free) => placeByName(free, name),
    });
    const filled = answer.address && this.filled(ledger, answer.address);
    const there = isSame ? undefined : await this.ipam.claim(namespace, name);
    const marks = there && marksOf(there);
    if (marks && marks.stack !== owner.stack)
      failures.push({ property: "name", reason: wording.claimExists(namespace, name, ownerText(marks)) });
    return {
      inputs: { ...inputs, ...filled },
      failures: [...failures, ...answer.faults.map((reason) => ({ property: pinned ? "address" : "", reason }))],
      warnings: [
        ...this.ipam.claimNameWarnings(ledger.name, name),
        ...farWarnings(ledger, answer.address ? [answer.address] : []),
      ],
      drift: isSame && promised ? await this.drift(ledger, olds, promised) : [],
    };
  }

  async diff({ olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const identity = changedProperties(olds, news, ["name", "namespace", "pool"]);
    const address = news.address === undefined ? [] : changedProperties(olds, news, ["address"]);
    const replaces = [...identity, ...(olds.address === undefined ? [] : address)];
    const values = news.address === undefined ? [] : ["prefix", "gateway", "dnsServers", "addressName"];
    const meta = ["labels", "annotations", "ownerReferences"];
    const changed = [...identity, ...address, ...changedProperties(olds, news, [...values, ...meta])];
    // The claim's name is fixed: the old object has to go before the new one can be.
    return { changed, replaces, deleteBeforeReplace: true };
  }

  async create({ owner, inputs }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.ensure(owner, token, inputs, undefined);
    return { id: `${String(outputs.namespace)}/${String(outputs.name)}`, outputs };
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
    const pool = stored ? this.claimIn(stored).poolName : String(state.pool);
    const ledger = await this.ipam.ledger({ namespace, name: pool });
    const lock = ledger.locksOf(name)[0];
    if (!stored || !lock) return { id, outputs: { ...rest, namespace, name, pool } };
    return { id, outputs: { ...rest, namespace, name, pool, ...this.filled(ledger, lock.address) } };
  }

  async delete({ owner, state }: life.DeleteRequest): Promise<void> {
    const key = { namespace: String(state.namespace), name: String(state.name) };
    const token = storedText(state.token) ?? "";
    const isGone = await retryOnConflict(this.ipam.environment, async () => {
      const stored = await this.ipam.store.get(IP_CLAIM, key);
      if (!stored) return true;
      // A successor has taken it over: nothing of it is ours any more.
      if (marksOf(stored).token !== token) return false;
      const { uid, resourceVersion } = stored.metadata;
      await this.ipam.store.remove(IP_CLAIM, key, { uid, resourceVersion }).catch((error) => {
        if (!isStoreError(error, "NotFound")) throw error;
      });
      return true;
    });
    const ledger = await this.ipam.ledger({ namespace: key.namespace, name: String(state.pool) });
    const address = storedAddress(state.address) ?? ledger.locksOf(key.name)[0]?.address;
    if (!isGone || !address) return;
    const hand = { ...owner, token, adopt: false };
    await settle(this.ipam, { ledger, hand, held: new Map([[key.name, address]]), wanted: new Map(), entries: false });
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
    const promised = storedAddress(inputs.address);
    const firm = olds !== undefined || (inputs.pinned === true && inputs.fallback !== "next");
    const place = inputs.placement === "lowest" ? placeLowest : undefined;
    const wanted = { address: promised, firm, place: place ?? ((free) => placeByName(free, name)) };
    const held = new Map(olds && promised ? [[name, promised]] : []);
    const hand: Hand = { ...owner, token, adopt: false };
    // Before the lock: afterwards it could not be told from the lock of the claim that is in use.
    const key = { namespace: ledger.name.namespace, name };
    refuseAnothers(await this.ipam.store.get(IP_CLAIM, key), hand);
    const won = await settle(this.ipam, { ledger, hand, held, wanted: new Map([[name, wanted]]), entries: false });
    const address = won.get(name)!;
    try {
      await this.ensureClaim(claimObject(inputs, address, hand), hand, olds);
    } catch (error) {
      // The address is not kept for a claim that could not be made.
      const undo = { ledger, hand, held: won, wanted: new Map(), entries: false };
      if (!olds) await settle(this.ipam, undo);
      throw error;
    }
    return { ...inputs, token, ...this.filled(ledger, address) };
  }

  private async ensureClaim(wanted: Manifest, hand: Hand, olds: life.Properties | undefined): Promise<void> {
    const { store, environment } = this.ipam;
    const key = { namespace: String(wanted.metadata.namespace), name: wanted.metadata.name };
    await retryOnConflict(environment, async () => {
      try {
        await store.create(IP_CLAIM, wanted);
        return;
      } catch (error) {
        if (!isStoreError(error, "AlreadyExists")) throw error;
      }
      const found = await store.get(IP_CLAIM, key);
      if (!found) return this.ensureClaim(wanted, hand, olds);
      refuseAnothers(found, hand);
      const isElsewhere = this.claimIn(found).poolName !== (wanted.spec as { pool: { name: string } }).pool.name;
      const metadata = metadataPatch(found, wanted, olds);
      if (!metadata && !isElsewhere) return;
      const { uid, resourceVersion } = found.metadata;
      const patch = { ...metadata, ...(isElsewhere && { spec: wanted.spec }) };
      await store.patch(IP_CLAIM, key, patch, { uid, resourceVersion });
    });
  }

  private filled(ledger: Ledger, address: Address) {
    const addressName = addressObjectName(ledger.offered?.namePrefix ?? ledger.name.name, address);
    return { ...allocationText(ledger.offered?.pool, address), addressName };
  }

  private async drift(ledger: Ledger, olds: life.Properties, promised: Address): Promise<string[]> {
    const { namespace } = ledger.name;
    const name = String(olds.name);
    const instead = wonInstead(ledger, name, promised);
    const { prefix, gateway, dnsServers } = olds;
    const lastSet = instead
      ? { address: instead }
      : { address: promised, network: present({ prefix, gateway, dnsServers }) };
    const stored = await this.ipam.claim(namespace, name);
    if (!stored) return [goneLine("IPClaim", namespace, name), ...claimDrift(ledger, name, lastSet, false)];
    const wanted = claimObject(olds, lastSet.address, undefined);
    const { poolName } = this.claimIn(stored);
    return [
      ...(poolName === ledger.name.name
        ? []
        : [driftLine(`IPClaim ${namespace}/${name} spec.pool.name`, poolName, ledger.name.name)]),
      ...metadataDrift("IPClaim", stored, wanted),
      ...claimDrift(ledger, name, lastSet, false),
    ];
  }

  private claimIn(stored: Stored) {
    const read = readIPClaim(stored);
    if (read.ok) return read.value;
    throw new IpamError("malformed", wording.malformed("IPClaim", keyText(stored.metadata), read.faults));
  }
}

function claimObject(inputs: life.Properties, address: Address, hand: Hand | undefined): Manifest {
  const { labels, annotations, ownerReferences } = declaredMeta(inputs);
  const requested = { [REQUESTED_ADDRESS_ANNOTATION]: allocationText(undefined, address).address };
  return {
    apiVersion: apiVersionOf(IP_CLAIM),
    kind: IP_CLAIM.kind,
    metadata: {
      name: String(inputs.name),
      namespace: String(inputs.namespace),
      ...(labels && { labels }),
      annotations: { ...annotations, ...requested, ...(hand && newMarkAnnotations(hand)) },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { pool: { name: String(inputs.pool), namespace: String(inputs.namespace) } },
  };
}

function refuseAnothers(found: Stored | undefined, hand: Hand): void {
  if (!found) return;
  const marks = marksOf(found);
  if (marks.token === hand.token || marks.stack === hand.stack) return;
  const { namespace = "", name } = found.metadata;
  throw new IpamError("exists", wording.claimExists(namespace, name, ownerText(marks)));
}

/** The embedded stores have no controller: nobody would answer. */
function needsController({ placement, waitForController }: life.Properties): life.CheckFailure[] {
  const failures: life.CheckFailure[] = [];
  const reason = "needs Metal3's controller, and a folder of manifests has none; leave it out";
  if (placement === "controller")
    failures.push({ property: "placement", reason: `"controller" ${reason}, or use byName or lowest` });
  if (waitForController === true) failures.push({ property: "waitForController", reason: `true ${reason}` });
  return failures;
}
