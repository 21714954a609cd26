/** PreAllocationSet: the addresses of many hosts in one pool, one resource and one commit. */
import { pathText } from "../../api/fault";
import type { Address } from "../../core/address";
import { placeByName, placeLowest } from "../../core/placement";
import type { Ipam } from "../../ipam/ipam";
import { NO_TOKEN, type Owner } from "../../ipam/metal3/owner";
import { heldAddresses, isHeldByAnother, orphanedLocks } from "../../ipam/plan/held";
import { wonInstead } from "../../ipam/plan/promise";
import { claimDrift, type Drift, type LastSet } from "../../ipam/pool/drift";
import type { PoolView } from "../../ipam/pool/pool-view";
import { liveWarnings, poolWarnings } from "../../ipam/pool/warnings";
import { reconcile } from "../../ipam/reconcile/reconcile";
import type { ReconcileRequest, Wanted } from "../../ipam/reconcile/request";
import { allocationText, storedText } from "../allocation";
import { changedProperties, holdsUnknown, present } from "../arguments";
import * as life from "../handler";
import { stillByHand } from "../imported";
import { withLive } from "../live";
import { liveFaults } from "./pre-allocation";
import { readSetArguments } from "./set-arguments";
import { importedSet, setId } from "./set-import";
import { leavingOf, promiseSet, type SetAnswer, type SetArguments } from "./set-promise";
import {
  type AllocationRow,
  liveRow,
  type Promises,
  promisedRows,
  promisesIn,
  type Row,
  rowsIn,
  rowsText,
  statedIn,
} from "./set-rows";

export class PreAllocationSetHandler implements life.Handler {
  readonly kind = "PreAllocationSet";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async check({ owner, olds, news }: life.CheckRequest): Promise<life.CheckResponse> {
    const { set, failures } = readSetArguments(news, this.defaultNamespace);
    const inputs = present({ ...news, namespace: news.namespace ?? this.defaultNamespace });
    if (failures.length > 0 || !set) return { inputs, failures, warnings: [], drift: [] };
    const view = await this.ipam.view(set);
    const byHand = stillByHand(view, olds);
    const promised = promisesIn(olds ?? news, set);
    const answer = promiseSet(view, owner, set, promised, await this.leaving(view, set, promised));
    const offered = view.offered?.pool;
    const rows = set.members.flatMap((member): AllocationRow[] => {
      const address = answer.addresses.get(member.claimName);
      return address && !set.isPinUnknown(member.host) ? [[member, allocationText(offered, address)]] : [];
    });
    const isWhole = rows.length === set.members.length;
    // In an update nothing may be called unknown: the engine would say so instead of what is wrong.
    const shown = set.isPartlyUnknown ? rowsText(rows, set) : isWhole ? rowsText(rows, undefined) : {};
    const warnings = set.members.flatMap(({ claimName }) => this.ipam.claimNameWarnings(view.name, claimName));
    return {
      inputs: present({ ...inputs, ...shown, byHand }),
      failures: [...answer.failures, ...(await this.liveFailures(view, set, promised, answer))],
      warnings: [
        ...warnings,
        ...poolWarnings(view, answer.addresses.values()),
        ...liveWarnings(view, answer.addresses),
      ],
      drift: olds ? driftOf(view, promised, byHand) : [],
    };
  }

  preview(inputs: life.Properties): life.Properties {
    return { ...inputs, addresses: inputs.addresses ?? life.UNKNOWN, allocations: inputs.allocations ?? life.UNKNOWN };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const stables = ["pool", "namespace"];
    const replaces = changedProperties(olds, news, stables);
    const lists = ["hosts", "claimNames"];
    // Whoever is not known yet may be new.
    const unsure = lists.filter((property) => holdsUnknown(news[property]));
    const filled = news.addresses === undefined ? lists : [...unsure, "addresses", "allocations"];
    const view = await this.ipam.view(poolIn(olds));
    const claims = new Set(statedIn(olds).keys());
    const strays = orphanedLocks(view, storedText(olds.token) ?? "", claims);
    const isLost =
      isHeldByAnother(view, { ...owner, token: olds.token, adopt: news.adopt === true }, claims) || strays.size > 0;
    const changed = [...replaces, ...changedProperties(olds, news, filled), ...(isLost ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: false, stables };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.settle(this.ipam.during(operation), owner, token, inputs, new Map());
    return { id: setId(outputs, owner), outputs };
  }

  async update({ owner, olds, oldInputs, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const stated = new Map([...statedIn(olds), ...statedIn(oldInputs ?? {})]);
    // What a refresh has read may be drift, or nothing: what is not pinned anew is still promised by the inputs.
    for (const [claim, address] of statedIn(news)) {
      if (stated.has(claim) && (!stated.get(claim) || !isPinned(news, claim))) stated.set(claim, address);
    }
    const held = heldAddresses(await this.ipam.view(poolIn(olds)), token, stated);
    return { outputs: await this.settle(this.ipam.during(operation), owner, token, news, held, stated) };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedSet(this.ipam, request);
    const view = await this.ipam.view(poolIn(state));
    const promise = inputs && promisedRows(inputs, state);
    const promises = promisesIn(promise ?? state, view.name);
    const rows = Object.entries(rowsIn(state)).map((row) => liveRow(view, row, promises));
    const drift = driftOf(view, promises, stillByHand(view, inputs));
    return { id, inputs: promise, outputs: withLive({ ...state, ...rowsText(rows, undefined) }, drift), drift };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const view = await this.ipam.view(poolIn(state));
    const hand: Owner = {
      ...owner,
      kind: "PreAllocationSet",
      token: storedText(state.token) ?? NO_TOKEN,
      adopt: false,
    };
    await reconcile(this.ipam.during(operation), {
      view,
      owner: hand,
      held: heldAddresses(view, hand.token, statedIn(state)),
      wanted: new Map(),
      entries: true,
    });
  }

  /** The address of a live host stays with it. */
  private async leaving(view: PoolView, set: SetArguments, promised: Promises): Promise<Address[]> {
    const leaving: Address[] = [];
    for (const [claim, address] of leavingOf(view, set, promised)) {
      if (!(await this.ipam.hasClaim(view, claim))) leaving.push(address);
    }
    return leaving;
  }

  private async liveFailures(
    view: PoolView,
    { members }: SetArguments,
    promised: Promises,
    { addresses }: SetAnswer,
  ): Promise<life.CheckFailure[]> {
    const failures: life.CheckFailure[] = [];
    for (const { host, claimName } of members) {
      const from = promised.get(claimName)?.address;
      const faults = await liveFaults(this.ipam, view, claimName, from, addresses.get(claimName));
      failures.push(...faults.map((reason) => ({ property: pathText(["pins", host]), reason })));
    }
    return failures;
  }

  private async settle(
    ipam: Ipam,
    owner: life.ResourceOwner,
    token: string,
    inputs: life.Properties,
    held: ReadonlyMap<string, Address>,
    stated?: ReconcileRequest["promised"],
  ): Promise<life.Properties> {
    const { set } = readSetArguments(inputs, this.defaultNamespace);
    if (!set) throw new Error("inputs of a PreAllocationSet reached the update without a check");
    const view = await this.ipam.view(set);
    const promised = statedIn(inputs);
    const wanted = new Map(
      set.members.map((member): [string, Wanted] => [
        member.claimName,
        {
          address: promised.get(member.claimName) ?? set.pins.get(member.host) ?? stated?.get(member.claimName),
          firm: held.has(member.claimName) || (set.pins.has(member.host) && set.fallback !== "next"),
          place: (free) => (set.placement === "lowest" ? placeLowest(free) : placeByName(free, member.host)),
        },
      ]),
    );
    const hand: Owner = { ...owner, kind: "PreAllocationSet", token, adopt: set.adopt };
    const won = await reconcile(ipam, {
      view,
      owner: hand,
      held,
      wanted,
      entries: true,
      promised: stated,
    });
    const rows = set.members.flatMap((member): AllocationRow[] => {
      const address = won.get(member.claimName);
      return address ? [[member, allocationText(view.pool?.pool, address)]] : [];
    });
    return { ...inputs, namespace: set.namespace, ...rowsText(rows, undefined), token };
  }
}

function poolIn({ namespace, pool }: life.Properties) {
  return { namespace: String(namespace), name: String(pool) };
}

function isPinned({ pins, allocations }: life.Properties, claim: string): boolean {
  const hosts = Object.entries((allocations ?? {}) as Record<string, Row>).filter(([, row]) => row.claimName === claim);
  return hosts.some(([host]) => Object.hasOwn((pins ?? {}) as object, host));
}

/** A host's address stands in both outputs. */
function driftOf(view: PoolView, promised: Promises, byHand: LastSet["byHand"]): Drift[] {
  return [...promised].flatMap(([claim, { host, ...lastSet }]) => {
    const instead = wonInstead(view, claim, lastSet.address);
    const drift = claimDrift(view, claim, { ...(instead ? { address: instead } : lastSet), byHand }, true);
    return drift.flatMap((one) => [
      { ...one, path: ["allocations", host, ...one.path] },
      ...(one.path[0] === "address" ? [{ ...one, path: ["addresses", host] }] : []),
    ]);
  });
}
