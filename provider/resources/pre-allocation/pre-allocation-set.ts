/** PreAllocationSet: the addresses of many hosts in one pool, one resource and one commit. */
import { pathText } from "../../api/fault";
import type { Address } from "../../core/address";
import { placeByName, placeLowest } from "../../core/placement";
import type { Ipam } from "../../ipam/ipam";
import { claimDrift, type Drift, type LastSet } from "../../ipam/ledger/drift";
import { type Hand, NO_TOKEN } from "../../ipam/ledger/hand";
import { heldBy, isTakenOver, straysOf } from "../../ipam/ledger/held";
import type { Ledger } from "../../ipam/ledger/ledger";
import { wonInstead } from "../../ipam/ledger/promise";
import { liveWarnings, poolWarnings } from "../../ipam/ledger/warnings";
import { settle } from "../../ipam/settle/settle";
import type { Settlement, Wanted } from "../../ipam/settle/settlement";
import { allocationText, storedText } from "../allocation";
import { changedProperties, holdsUnknown, present } from "../arguments";
import * as life from "../handler";
import { stillByHand } from "../imported";
import { withLive } from "../live";
import { liveFaults } from "./pre-allocation";
import { readSetArguments } from "./set-arguments";
import { importedSet } from "./set-import";
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
  readonly token = "metal3-ipam:index:PreAllocationSet";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async check({ owner, olds, news }: life.CheckRequest): Promise<life.CheckResponse> {
    const { set, failures } = readSetArguments(news, this.defaultNamespace);
    const inputs = present({ ...news, namespace: news.namespace ?? this.defaultNamespace });
    if (failures.length > 0 || !set) return { inputs, failures, warnings: [], drift: [] };
    const ledger = await this.ipam.ledger(set);
    const byHand = stillByHand(ledger, olds);
    const promised = promisesIn(olds ?? news, set);
    const answer = promiseSet(ledger, owner, set, promised, await this.leaving(ledger, set, promised));
    const offered = ledger.offered?.pool;
    const rows = set.members.flatMap((member): AllocationRow[] => {
      const address = answer.addresses.get(member.claimName);
      return address && !set.isPinUnknown(member.host) ? [[member, allocationText(offered, address)]] : [];
    });
    const isWhole = rows.length === set.members.length;
    // In an update nothing may be called unknown: the engine would say so instead of what is wrong.
    const shown = set.isPartlyUnknown ? rowsText(rows, set) : isWhole ? rowsText(rows, undefined) : {};
    const warnings = set.members.flatMap(({ claimName }) => this.ipam.claimNameWarnings(ledger.name, claimName));
    return {
      inputs: present({ ...inputs, ...shown, byHand }),
      failures: [...answer.failures, ...(await this.liveFailures(ledger, set, promised, answer))],
      warnings: [
        ...warnings,
        ...poolWarnings(ledger, answer.addresses.values()),
        ...liveWarnings(ledger, answer.addresses),
      ],
      drift: olds ? driftOf(ledger, promised, byHand) : [],
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
    const ledger = await this.ipam.ledger(poolIn(olds));
    const claims = new Set(statedIn(olds).keys());
    const strays = straysOf(ledger, storedText(olds.token) ?? "", claims);
    const isLost =
      isTakenOver(ledger, { ...owner, token: olds.token, adopt: news.adopt === true }, claims) || strays.size > 0;
    const changed = [...replaces, ...changedProperties(olds, news, filled), ...(isLost ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: false, stables };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.settle(this.ipam.during(operation), owner, token, inputs, new Map());
    return { id: [outputs.namespace, outputs.pool, owner.resource].join("/"), outputs };
  }

  async update({ owner, olds, oldInputs, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const stated = new Map([...statedIn(olds), ...statedIn(oldInputs ?? {})]);
    // What a refresh has read may be drift, or nothing: what is not pinned anew is still promised by the inputs.
    for (const [claim, address] of statedIn(news)) {
      if (stated.has(claim) && (!stated.get(claim) || !isPinned(news, claim))) stated.set(claim, address);
    }
    const held = heldBy(await this.ipam.ledger(poolIn(olds)), token, stated);
    return { outputs: await this.settle(this.ipam.during(operation), owner, token, news, held, stated) };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedSet(this.ipam, request);
    const ledger = await this.ipam.ledger(poolIn(state));
    const promise = inputs && promisedRows(inputs, state);
    const promises = promisesIn(promise ?? state, ledger.name);
    const rows = Object.entries(rowsIn(state)).map((row) => liveRow(ledger, row, promises));
    const drift = driftOf(ledger, promises, stillByHand(ledger, inputs));
    return { id, inputs: promise, outputs: withLive({ ...state, ...rowsText(rows, undefined) }, drift), drift };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const ledger = await this.ipam.ledger(poolIn(state));
    const hand: Hand = { ...owner, kind: "PreAllocationSet", token: storedText(state.token) ?? NO_TOKEN, adopt: false };
    await settle(this.ipam.during(operation), {
      ledger,
      hand,
      held: heldBy(ledger, hand.token, statedIn(state)),
      wanted: new Map(),
      entries: true,
    });
  }

  /** The address of a live host stays with it. */
  private async leaving(ledger: Ledger, set: SetArguments, promised: Promises): Promise<Address[]> {
    const leaving: Address[] = [];
    for (const [claim, address] of leavingOf(ledger, set, promised)) {
      if (!(await this.ipam.hasClaim(ledger, claim))) leaving.push(address);
    }
    return leaving;
  }

  private async liveFailures(
    ledger: Ledger,
    { members }: SetArguments,
    promised: Promises,
    { addresses }: SetAnswer,
  ): Promise<life.CheckFailure[]> {
    const failures: life.CheckFailure[] = [];
    for (const { host, claimName } of members) {
      const from = promised.get(claimName)?.address;
      const faults = await liveFaults(this.ipam, ledger, claimName, from, addresses.get(claimName));
      failures.push(...faults.map((reason) => ({ property: pathText(["pins", host]), reason })));
    }
    return failures;
  }

  private async settle(
    ipam: Ipam,
    owner: life.Owner,
    token: string,
    inputs: life.Properties,
    held: ReadonlyMap<string, Address>,
    stated?: Settlement["promised"],
  ): Promise<life.Properties> {
    const { set } = readSetArguments(inputs, this.defaultNamespace);
    if (!set) throw new Error("metal3-ipam: inputs of a PreAllocationSet reached the update without a check");
    const ledger = await this.ipam.ledger(set);
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
    const hand: Hand = { ...owner, kind: "PreAllocationSet", token, adopt: set.adopt };
    const won = await settle(ipam, {
      ledger,
      hand,
      held,
      wanted,
      entries: true,
      promised: stated,
    });
    const rows = set.members.flatMap((member): AllocationRow[] => {
      const address = won.get(member.claimName);
      return address ? [[member, allocationText(ledger.pool?.pool, address)]] : [];
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
function driftOf(ledger: Ledger, promised: Promises, byHand: LastSet["byHand"]): Drift[] {
  return [...promised].flatMap(([claim, { host, ...lastSet }]) => {
    const instead = wonInstead(ledger, claim, lastSet.address);
    const drift = claimDrift(ledger, claim, { ...(instead ? { address: instead } : lastSet), byHand }, true);
    return drift.flatMap((one) => [
      { ...one, path: ["allocations", host, ...one.path] },
      ...(one.path[0] === "address" ? [{ ...one, path: ["addresses", host] }] : []),
    ]);
  });
}
