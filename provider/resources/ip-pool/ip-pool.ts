import type { Manifest } from "../../api/meta";
import { type Drift, type Ipam, isOfStack, labelOf, marksOf, NO_TOKEN, type Owner, poolExists } from "../../ipam/ipam";
import { deletePool, ensurePool, misspeltEntries } from "../../ipam/pool-object";
import type { Stored } from "../../store/store";
import { storedText } from "../allocation";
import { changedProperties } from "../arguments";
import * as life from "../handler";
import { withLive } from "../live";
import { checkPool } from "./ip-pool-check";
import { poolDrift } from "./ip-pool-drift";
import { importedPool, livePool } from "./ip-pool-live";
import { poolManifest, unpaused } from "./ip-pool-manifest";
import { poolPatch } from "./ip-pool-patch";
import { entriesIn } from "./own-entries";
import { argumentsOf, spokenStrategy } from "./pool-arguments";
import { isPaused } from "./pool-metadata";

/** Properties that diff compares. A change of the others (adopt, allowOverlap) writes nothing. */
const COMPARED = [
  ...["labels", "annotations", "clusterName", "pools", "prefix", "gateway", "dnsServers"],
  ...["preAllocations", "excludes", "excludeReserved", "allowReserved", "dhcpRanges", "capacity"],
];

export class IPPoolHandler implements life.Handler {
  readonly kind = "IPPool";
  /** Inputs in state by resource. For the second check of a replacement the engine leaves them out. */
  private readonly known = new Map<string, life.Properties>();

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { owner, news } = request;
    const resource = owner.resource ?? [news.namespace ?? this.defaultNamespace, news.name].join("/");
    if (request.olds) this.known.set(resource, request.olds);
    return checkPool(this.ipam, this.defaultNamespace, request, this.known.get(resource));
  }

  preview(inputs: life.Properties): life.Properties {
    return { ...inputs, namePrefix: inputs.namePrefix ?? life.UNKNOWN, capacity: inputs.capacity ?? life.UNKNOWN };
  }

  async diff({ owner, olds, news: inputs }: life.DiffRequest): Promise<life.DiffResponse> {
    // The inputs of an import are what a program would write, without what check fills in.
    const news = { ...inputs, namePrefix: inputs.namePrefix ?? inputs.name };
    const stables = ["name", "namespace", "namePrefix"];
    // The name prefix and the strategy cannot be changed in place (Metal3's webhook).
    const replaces = [
      ...changedProperties(olds, news, stables),
      ...(spokenStrategy(olds.allocationStrategy) === spokenStrategy(inputs.allocationStrategy)
        ? []
        : ["allocationStrategy"]),
    ];
    const pool = await this.ipam.pool({ namespace: String(olds.namespace), name: String(olds.name) });
    const { view } = pool;
    const marks = view.pool && marksOf(view.pool.manifest);
    const isLost = marks?.token !== undefined && marks.token !== olds.token;
    // The update would fail, so the preview does too. A refresh or destroy checks nothing, and leaves the pool to its other
    // owner.
    const isDeclared = view.declarations.poolDeclarer() !== undefined;
    if (isLost && !isOfStack(marks, owner) && inputs.adopt !== true && isDeclared)
      throw poolExists(this.ipam.store, view.words, view.name, marks, owner);
    const known = new Set(entriesIn(olds).keys());
    const hasGivenUp = pool.hasGivenUp(olds.token, known);
    // A killed run wrote an entry before state knew it, and the program no longer has it.
    const isLeftOver = view.locks.ofToken(storedText(olds.token) ?? NO_TOKEN).some(({ claimName = "", marks }) => {
      return marks.releasing === undefined && !known.has(claimName) && !view.declarations.has(claimName);
    });
    const differing = changedProperties(olds, news, COMPARED);
    if (misspeltEntries(view).size > 0) differing.push("preAllocations");
    const changed = [...replaces, ...differing, ...(isLost || hasGivenUp || isLeftOver ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: true, stables };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const by = poolOwner(owner, this.ipam.environment.mintToken(), inputs);
    const outputs = await this.ensure(by, { news: inputs, olds: undefined, operation });
    const { namespace, name } = argumentsOf(inputs);
    return { id: `${String(namespace)}/${String(name)}`, outputs };
  }

  async update({ owner, olds, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const by = poolOwner(owner, storedText(olds.token) ?? this.ipam.environment.mintToken(), news);
    return { outputs: await this.ensure(by, { news, olds, operation }) };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedPool(this.ipam, request);
    const [namespace = "", name = ""] = id.split("/");
    const { view } = await this.ipam.pool({ namespace, name });
    const lastSet = { ...state, ...inputs, namespace, name };
    const drift = poolDrift(view, lastSet);
    return { id, outputs: withLive(livePool(view, lastSet, inputs ?? state), drift.filter(isShown)), drift };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const by = poolOwner(owner, storedText(state.token) ?? NO_TOKEN, {});
    const pool = await this.ipam.pool({ namespace: String(state.namespace), name: String(state.name) }, operation);
    // Another resource of this program declares the pool now. It has the same token if both were imported.
    if ((pool.view.declarations.poolDeclarer() ?? labelOf(owner)) !== labelOf(owner)) return;
    await deletePool(pool, by, entriesIn(state), isPaused(state));
  }

  /** Used by create, repair and change. */
  private async ensure(
    owner: Owner,
    { news, olds, operation }: Pick<life.UpdateRequest, "news" | "operation"> & { olds: life.Properties | undefined },
  ): Promise<life.Properties> {
    const args = argumentsOf(news);
    const pool = await this.ipam.pool({ namespace: String(args.namespace), name: String(args.name) }, operation);
    const wanted = poolManifest(args, owner);
    if (!wanted) throw new Error("inputs of an IPPool reached the update without a check");
    const entries = new Map(Object.entries(args.preAllocations ?? {}));
    const held = entriesIn(olds ?? {});
    const change = (to: Manifest) => ({ wanted: to, patch: (found: Stored) => poolPatch(found, to, olds) });
    const pausesLast = isPaused(news) && entries.size + held.size > 0;
    await ensurePool(pool, {
      ...change(pausesLast ? unpaused(wanted) : wanted),
      owner,
      isKnown: olds !== undefined,
      endsPause: olds !== undefined && isPaused(olds) && !isPaused(news),
      entries,
      held,
      pause: pausesLast ? change(wanted) : undefined,
    });
    return { ...news, token: owner.token };
  }
}

function poolOwner(owner: life.ResourceOwner, token: string, inputs: life.Properties): Owner {
  return { ...owner, kind: "IPPool", token, adopt: inputs.adopt === true };
}

/** Hides drift that only a replacement could repair: with another name prefix it would be another resource. */
function isShown({ path: [property] }: Drift): boolean {
  return property !== "namePrefix" && property !== "allocationStrategy";
}
