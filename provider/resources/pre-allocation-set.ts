/** PreAllocationSet: the addresses of many hosts in one pool, one resource and one commit. */
import { pathText } from "../api/fault";
import type { Address } from "../core/address";
import { placeByName, placeLowest } from "../core/placement";
import { claimDrift } from "../ipam/drift";
import type { Ipam } from "../ipam/ipam";
import type { Ledger } from "../ipam/ledger";
import { farWarnings, wonInstead } from "../ipam/promise";
import { settle } from "../ipam/settle";
import type { Wanted } from "../ipam/settlement";
import { type AllocationText, allocationText, storedAddress, storedText } from "./allocation";
import { changedProperties, present } from "./arguments";
import type * as life from "./handler";
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
    const rows = set.members.flatMap((member): [Member, AllocationText][] => {
      const address = answer.addresses.get(member.claimName);
      return address ? [[member, allocationText(offered, address)]] : [];
    });
    const isWhole = !set.isPartlyUnknown && rows.length === set.members.length;
    const warnings = set.members.flatMap(({ claimName }) => this.ipam.claimNameWarnings(ledger.name, claimName));
    return {
      inputs: { ...inputs, ...rowsText(rows, isWhole ? undefined : set) },
      failures: [...answer.failures, ...(await this.liveFailures(ledger, set, promised, answer))],
      warnings: [...warnings, ...farWarnings(ledger, answer.addresses.values())],
      drift: driftOf(ledger, promised),
    };
  }

  async diff({ olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const replaces = changedProperties(olds, news, ["pool", "namespace"]);
    const filled = news.addresses === undefined ? ["hosts", "claimNames"] : ["addresses", "allocations"];
    return { changed: [...replaces, ...changedProperties(olds, news, filled)], replaces, deleteBeforeReplace: false };
  }

  async create({ owner, inputs }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.settle(owner, token, inputs, new Map());
    return { id: [outputs.namespace, outputs.pool, owner.resource].join("/"), outputs };
  }

  async update({ owner, olds, news }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const held = heldIn(olds);
    // What a refresh found gone is still promised by the inputs.
    for (const [claim, address] of heldIn(news))
      if (wasListed(olds, claim) && !held.has(claim)) held.set(claim, address);
    return { outputs: await this.settle(owner, token, news, held) };
  }

  async read({ id, state }: life.ReadRequest): Promise<life.ReadResponse> {
    const [namespace = "", pool = ""] = id.split("/");
    if (Object.keys(state).length === 0) return { id: "", outputs: {} };
    const ledger = await this.ipam.ledger({ namespace, name: pool });
    const rows = Object.entries(rowsIn(state)).flatMap(([host, row]): [Member, AllocationText][] => {
      const address = ledger.entryOf(row.claimName);
      return address ? [[{ host, claimName: row.claimName }, allocationText(ledger.pool?.pool, address)]] : [];
    });
    return { id, outputs: { ...state, ...rowsText(rows, undefined) } };
  }

  async delete({ owner, state }: life.DeleteRequest): Promise<void> {
    const ledger = await this.ipam.ledger({ namespace: String(state.namespace), name: String(state.pool) });
    const hand = { ...owner, token: storedText(state.token) ?? "", adopt: false };
    await settle(this.ipam, { ledger, hand, held: heldIn(state), wanted: new Map(), entries: true });
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
  ): Promise<life.Properties> {
    const { set } = readSetArguments(inputs, this.defaultNamespace);
    if (!set) throw new Error("metal3-ipam: inputs of a PreAllocationSet reached the update without a check");
    const ledger = await this.ipam.ledger(set);
    const promised = heldIn(inputs);
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
    const hand = { ...owner, token, adopt: set.adopt };
    const won = await settle(this.ipam, { ledger, hand, held, wanted, entries: true });
    const rows = set.members.flatMap((member): [Member, AllocationText][] => {
      const address = won.get(member.claimName);
      return address ? [[member, allocationText(ledger.pool?.pool, address)]] : [];
    });
    return { ...inputs, namespace: set.namespace, ...rowsText(rows, undefined), token };
  }
}

interface Row extends AllocationText {
  readonly claimName: string;
}

/** `addresses` and `allocations`; for a list that is not known whole, the old ones known and the new ones not. */
function rowsText(rows: readonly (readonly [Member, AllocationText])[], partly: SetArguments | undefined) {
  if (partly && rows.length === 0) return {};
  const unknown = partly ? partly.unknownRows(new Set(rows.map(([member]) => member.host))) : {};
  const addresses = Object.fromEntries(rows.map(([member, row]) => [member.host, row.address]));
  const allocations = Object.fromEntries(rows.map(([{ host, claimName }, row]) => [host, { claimName, ...row }]));
  return { addresses: { ...addresses, ...unknown }, allocations: { ...allocations, ...unknown } };
}

function rowsIn(properties: life.Properties): Record<string, Row> {
  const { allocations } = properties;
  if (typeof allocations !== "object" || allocations === null) return {};
  return Object.fromEntries(Object.entries(allocations).filter(([, row]) => typeof row === "object" && row !== null));
}

/** claim → address, as inputs or state promise it. */
function heldIn(properties: life.Properties): Map<string, Address> {
  const held = new Map<string, Address>();
  for (const row of Object.values(rowsIn(properties))) {
    const address = storedAddress(row.address);
    if (address) held.set(row.claimName, address);
  }
  return held;
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

function wasListed(olds: life.Properties, claim: string): boolean {
  const { hosts, claimNames, pool } = olds;
  if (Array.isArray(claimNames)) return claimNames.includes(claim);
  return Array.isArray(hosts) && hosts.some((host) => `${String(host)}-${String(pool)}` === claim);
}
