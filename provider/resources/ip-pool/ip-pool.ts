import type { Address } from "../../core/address";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { ownLocks } from "../../ipam/metal3/lock-owners";
import { isOfStack, marksOf, ownerText } from "../../ipam/metal3/marks";
import { labelOf, NO_TOKEN, type Owner } from "../../ipam/metal3/owner";
import type { Drift } from "../../ipam/pool/drift";
import { reconcile } from "../../ipam/reconcile/reconcile";
import { undone } from "../../ipam/undone";
import { wording } from "../../ipam/wording";
import { storedAddress, storedText } from "../allocation";
import { changedProperties } from "../arguments";
import * as life from "../handler";
import { withLive } from "../live";
import { checkPool } from "./ip-pool-check";
import { deletePool, removePool } from "./ip-pool-delete";
import { poolDrift } from "./ip-pool-drift";
import { ensurePool } from "./ip-pool-ensure";
import { importedPool, livePool } from "./ip-pool-live";
import { poolManifest } from "./ip-pool-manifest";
import { argumentsOf, type PoolArguments } from "./pool-arguments";

/** Compared by diff; of the rest (adopt, allowOverlap, dhcpRanges) a change asks for nothing to be written. */
const COMPARED = [
  ...["labels", "annotations", "clusterName", "pools", "prefix", "gateway", "dnsServers"],
  ...["preAllocations", "excludes", "excludeReserved", "capacity"],
];

export class IPPoolHandler implements life.Handler {
  readonly kind = "IPPool";
  /** By resource, its inputs in state: the engine checks a replacement a second time, and leaves them out. */
  private readonly known = new Map<string, life.Properties>();

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { namespace, name } = request.news;
    const resource = request.owner.resource ?? [namespace, name].join("/");
    if (request.olds) this.known.set(resource, request.olds);
    return checkPool(this.ipam, this.defaultNamespace, request, this.known.get(resource));
  }

  preview(inputs: life.Properties): life.Properties {
    return { ...inputs, namePrefix: inputs.namePrefix ?? life.UNKNOWN, capacity: inputs.capacity ?? life.UNKNOWN };
  }

  async diff({ owner, olds, news: inputs }: life.DiffRequest): Promise<life.DiffResponse> {
    // Those of an import say what a program would, and leave out what check fills in.
    const news = { ...inputs, namePrefix: inputs.namePrefix ?? inputs.name };
    const stables = ["name", "namespace", "namePrefix"];
    // The name prefix and the strategy cannot be changed in place (Metal3's webhook).
    const replaces = changedProperties(olds, news, [...stables, "allocationStrategy"]);
    const view = await this.ipam.view({ namespace: String(olds.namespace), name: String(olds.name) });
    const marks = view.pool && marksOf(view.pool.object);
    const isLost = marks?.token !== undefined && marks.token !== olds.token;
    // The update would be refused, so the preview is; a refresh and a destroy, which check nothing, leave it to the other.
    if (isLost && !isOfStack(marks, owner) && inputs.adopt !== true && view.poolDeclarer() !== undefined)
      throw new IpamError("exists", wording.poolExists(view.name, ownerText(marks, owner)));
    const changed = [...replaces, ...changedProperties(olds, news, COMPARED), ...(isLost ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: true, stables };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const hand = this.hand(owner, this.ipam.environment.mintToken(), inputs);
    const args = argumentsOf(inputs);
    const outputs = await this.ensure(this.ipam.during(operation), hand, args, inputs, undefined);
    return { id: `${String(args.namespace)}/${String(args.name)}`, outputs };
  }

  async update({ owner, olds, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const ipam = this.ipam.during(operation);
    const token = storedText(olds.token) ?? ipam.environment.mintToken();
    return { outputs: await this.ensure(ipam, this.hand(owner, token, news), argumentsOf(news), news, olds) };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedPool(this.ipam, request);
    const [namespace = "", name = ""] = id.split("/");
    const view = await this.ipam.view({ namespace, name });
    const lastSet = { ...state, ...inputs, namespace, name };
    const drift = poolDrift(view, lastSet);
    return { id, outputs: withLive(livePool(view, lastSet, inputs ?? state), drift.filter(isShown)), drift };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const hand = { ...this.hand(owner, storedText(state.token) ?? NO_TOKEN, {}), adopt: false };
    const view = await this.ipam.view({ namespace: String(state.namespace), name: String(state.name) });
    // Another resource of this program makes it by now, with the same token where both were imported.
    if ((view.poolDeclarer() ?? labelOf(owner)) !== labelOf(owner)) return;
    await deletePool(this.ipam.during(operation), view, hand, entriesIn(state));
  }

  /** Observe, ensure the pool, sync its own entries, return: the same for create, repair and change. */
  private async ensure(
    ipam: Ipam,
    hand: Owner,
    args: PoolArguments,
    inputs: life.Properties,
    olds: life.Properties | undefined,
  ): Promise<life.Properties> {
    const view = await ipam.view({ namespace: String(args.namespace), name: String(args.name) });
    const wanted = poolManifest(args, hand);
    if (!wanted) throw new Error("inputs of an IPPool reached the update without a check");
    const isNew = await ensurePool(ipam, view, wanted, hand, olds);
    await ownLocks(ipam, view);
    const entries = Object.entries(args.preAllocations ?? {});
    const promise = (address: Address) => ({ address, firm: true, place: () => EXHAUSTED });
    const pinned = new Map(entries.map(([claim, address]) => [claim, promise(address)]));
    const held = olds ? entriesIn(olds) : new Map<string, Address>();
    try {
      await reconcile(ipam, { view, owner: hand, held, wanted: pinned, entries: true });
    } catch (error) {
      // A pool that is only half what was asked for is not left behind, for state will not know of it.
      if (!isNew || olds) throw error;
      throw await undone(error, () => removePool(ipam, view, hand));
    }
    return { ...inputs, token: hand.token };
  }

  private hand(owner: life.ResourceOwner, token: string, inputs: life.Properties): Owner {
    return { ...owner, kind: "IPPool", token, adopt: inputs.adopt === true };
  }
}

/** What only a replacement could change stays: under another name prefix it would be another resource. */
function isShown({ path: [property] }: Drift): boolean {
  return property !== "namePrefix" && property !== "allocationStrategy";
}

/** The pool's own entries are all pinned: nothing is ever placed. */
const EXHAUSTED = { kind: "exhausted", total: 0n, used: 0n } as const;

function entriesIn(properties: life.Properties): Map<string, Address> {
  const entries = Object.entries((properties.preAllocations ?? {}) as Record<string, unknown>);
  return new Map(
    entries.flatMap(([claim, text]): [string, Address][] => {
      const address = storedAddress(text);
      return address ? [[claim, address]] : [];
    }),
  );
}
