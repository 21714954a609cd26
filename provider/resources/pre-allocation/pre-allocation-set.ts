/** PreAllocationSet: the addresses of many hosts in one pool, one resource and one commit. */
import { pathText } from "../../api/fault";
import { networkText } from "../../api/ip-pool";
import type { Address } from "../../core/address";
import { placeByName, placeLowest } from "../../core/placement";
import type { Ipam } from "../../ipam/ipam";
import { claimDrift } from "../../ipam/ledger/drift";
import type { Hand } from "../../ipam/ledger/hand";
import { heldBy, isTakenOver, straysOf } from "../../ipam/ledger/held";
import type { Ledger } from "../../ipam/ledger/ledger";
import { liveWarnings, poolWarnings, wonInstead } from "../../ipam/ledger/promise";
import { settle } from "../../ipam/settle/settle";
import type { Settlement, Wanted } from "../../ipam/settle/settlement";
import { type AllocationText, allocationText, storedAddress, storedText } from "../allocation";
import { changedProperties, present } from "../arguments";
import type * as life from "../handler";
import { liveFaults } from "./pre-allocation";
import { readSetArguments } from "./set-arguments";
import { type Member, promiseSet, type SetAnswer, type SetArguments } from "./set-promise";

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
    const promised = promisesIn(olds, set);
    const answer = promiseSet(ledger, owner, set, promised);
    const offered = ledger.offered?.pool;
    const rows = set.members.flatMap((member): AllocationRow[] => {
      const address = answer.addresses.get(member.claimName);
      return address && !set.isPinUnknown(member.host) ? [[member, allocationText(offered, address)]] : [];
    });
    const isWhole = !set.isPartlyUnknown && rows.length === set.members.length;
    const warnings = set.members.flatMap(({ claimName }) => this.ipam.claimNameWarnings(ledger.name, claimName));
    return {
      inputs: { ...inputs, ...rowsText(rows, isWhole ? undefined : set) },
      failures: [...answer.failures, ...(await this.liveFailures(ledger, set, promised, answer))],
      warnings: [
        ...warnings,
        ...poolWarnings(ledger, answer.addresses.values()),
        ...liveWarnings(ledger, answer.addresses),
      ],
      drift: driftOf(ledger, promised),
    };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const replaces = changedProperties(olds, news, ["pool", "namespace"]);
    const filled = news.addresses === undefined ? ["hosts", "claimNames"] : ["addresses", "allocations"];
    const ledger = await this.ipam.ledger(poolIn(olds));
    const claims = new Set(statedIn(olds).keys());
    const strays = straysOf(ledger, storedText(olds.token) ?? "", claims);
    const isLost =
      isTakenOver(ledger, { stack: owner.stack, token: olds.token, adopt: news.adopt === true }, claims) ||
      strays.size > 0;
    const changed = [...replaces, ...changedProperties(olds, news, filled), ...(isLost ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: false };
  }

  async create({ owner, inputs }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.settle(owner, token, inputs, new Map());
    return { id: [outputs.namespace, outputs.pool, owner.resource].join("/"), outputs };
  }

  async update({ owner, olds, news }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const stated = statedIn(olds);
    // What a refresh has read may be drift, or nothing: what is not pinned anew is still promised by the inputs.
    for (const [claim, address] of statedIn(news)) {
      if (stated.has(claim) && (!stated.get(claim) || !isPinned(news, claim))) stated.set(claim, address);
    }
    const held = heldBy(await this.ipam.ledger(poolIn(olds)), token, stated);
    return { outputs: await this.settle(owner, token, news, held, stated) };
  }

  async read({ id, state }: life.ReadRequest): Promise<life.ReadResponse> {
    const [namespace = "", pool = ""] = id.split("/");
    if (Object.keys(state).length === 0) return { id: "", outputs: {} };
    const ledger = await this.ipam.ledger({ namespace, name: pool });
    // A host whose entry is gone keeps its row, without an address: it is still the set's, and to be restored.
    const rows = Object.entries(rowsIn(state)).map(([host, { claimName }]): AllocationRow => {
      const address = ledger.entryOf(claimName);
      const network = address && ledger.lockAt(claimName, address)?.network;
      const row = address && allocationText(ledger.pool?.pool, address);
      return [{ host, claimName }, row && network ? { address: row.address, ...networkText(network) } : row];
    });
    return { id, outputs: { ...state, ...rowsText(rows, undefined) } };
  }

  async delete({ owner, state }: life.DeleteRequest): Promise<void> {
    const ledger = await this.ipam.ledger(poolIn(state));
    const hand: Hand = { ...owner, kind: "PreAllocationSet", token: storedText(state.token) ?? "", adopt: false };
    await settle(this.ipam, {
      ledger,
      hand,
      held: heldBy(ledger, hand.token, statedIn(state)),
      wanted: new Map(),
      entries: true,
    });
  }

  private async liveFailures(
    ledger: Ledger,
    { members }: SetArguments,
    promised: ReturnType<typeof promisesIn>,
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
          address: promised.get(member.claimName) ?? set.pins.get(member.host),
          firm: held.has(member.claimName) || (set.pins.has(member.host) && set.fallback !== "next"),
          place: (free) => (set.placement === "lowest" ? placeLowest(free) : placeByName(free, member.host)),
        },
      ]),
    );
    const hand: Hand = { ...owner, kind: "PreAllocationSet", token, adopt: set.adopt };
    const won = await settle(this.ipam, {
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

interface Row extends Partial<AllocationText> {
  readonly claimName: string;
}

type AllocationRow = readonly [Pick<Member, "host" | "claimName">, AllocationText | undefined];

/** `addresses` and `allocations`; for a list that is not known whole, the old ones known and the new ones not. */
function rowsText(rows: readonly AllocationRow[], partly: SetArguments | undefined) {
  if (partly && rows.length === 0) return {};
  const unknown = partly ? partly.unknownRows(new Set(rows.map(([member]) => member.host))) : {};
  const addresses = Object.fromEntries(rows.flatMap(([member, row]) => (row ? [[member.host, row.address]] : [])));
  const allocations = Object.fromEntries(rows.map(([{ host, claimName }, row]) => [host, { claimName, ...row }]));
  return { addresses: { ...addresses, ...unknown }, allocations: { ...allocations, ...unknown } };
}

function rowsIn(properties: life.Properties): Record<string, Row> {
  const { allocations } = properties;
  if (typeof allocations !== "object" || allocations === null) return {};
  return Object.fromEntries(Object.entries(allocations).filter(([, row]) => typeof row === "object" && row !== null));
}

/** claim → address, as inputs or state say it; undefined where a refresh found nothing. */
function statedIn(properties: life.Properties): Map<string, Address | undefined> {
  return new Map(Object.values(rowsIn(properties)).map((row) => [row.claimName, storedAddress(row.address)]));
}

function poolIn({ namespace, pool }: life.Properties) {
  return { namespace: String(namespace), name: String(pool) };
}

function isPinned({ pins, allocations }: life.Properties, claim: string): boolean {
  const hosts = Object.entries((allocations ?? {}) as Record<string, Row>).filter(([, row]) => row.claimName === claim);
  return hosts.some(([host]) => Object.hasOwn((pins ?? {}) as object, host));
}

/** The promise of state, with its network, if the set is still of the same pool. */
function promisesIn(
  olds: life.Properties | undefined,
  set: SetArguments,
): Map<string, { address: Address; network: object }> {
  const promises = new Map<string, { address: Address; network: object }>();
  if (
    !olds ||
    changedProperties(olds, { pool: set.name, namespace: set.namespace }, ["pool", "namespace"]).length > 0
  ) {
    return promises;
  }
  for (const { claimName, address, ...network } of Object.values(rowsIn(olds))) {
    const parsed = storedAddress(address);
    if (parsed) promises.set(claimName, { address: parsed, network });
  }
  return promises;
}

function driftOf(ledger: Ledger, promised: ReturnType<typeof promisesIn>): string[] {
  const lines = [...promised].flatMap(([claim, lastSet]) => {
    const instead = wonInstead(ledger, claim, lastSet.address);
    return claimDrift(ledger, claim, instead ? { address: instead } : lastSet, true);
  });
  // A pool that is gone is one fact, not one for each host.
  return [...new Set(lines)];
}
