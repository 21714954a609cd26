/** PreAllocationSet: the addresses of many hosts in one pool, one resource and one commit. */
import type { Drift, ManagedPool, PoolView } from "../../ipam/ipam";
import { type AllocationText, allocationText, storedText } from "../allocation";
import { changedProperties, holdsUnknown, present } from "../arguments";
import * as life from "../handler";
import { stillByHand } from "../imported";
import { withLive } from "../live";
import { changedClaimKind, claimKindIn } from "./claim-kind";
import { liveAllocation } from "./live-allocation";
import type { Reservation } from "./reservation";
import { poolIn, ReservationHandler } from "./reservation-handler";
import { type HostPromise, promisesIn, type Row, statedIn } from "./rows";
import { readSetArguments, SET_COMPUTED } from "./set-arguments";
import { importedSet } from "./set-import";
import { rowsText, setRows } from "./set-rows";
import { setWording } from "./wording";

const STABLES = ["pool", "namespace"];
const LISTS = ["hosts", "claimNames"];

export class PreAllocationSetHandler extends ReservationHandler {
  readonly kind = "PreAllocationSet";

  async check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { owner, olds, news } = request;
    const { set, failures } = readSetArguments(news, this.defaultNamespace, storedText(owner.resource));
    const inputs = present({ ...news, namespace: news.namespace ?? this.defaultNamespace });
    if (failures.length > 0 || !set) return { inputs, failures, warnings: [], drift: [] };
    const pool = await this.ipam.pool(set, undefined, set.claimKind);
    const promised = this.promisesOf(olds ?? news, set);
    const checked = await this.checked(pool, set, request, promised);
    const rows = set.members.flatMap(({ host, claimName }) => {
      const address = checked.addresses.get(claimName);
      const isKnown = address && !set.isPinUnknown(host);
      return isKnown ? [{ host, claimName, ...allocationText(pool.view.offered?.pool, address) }] : [];
    });
    const isWhole = rows.length === set.members.length;
    // Nothing may be unknown in an update. The engine would complain about that instead of showing the fault.
    const shown = set.isPartlyUnknown ? rowsText(rows, set.unknownRows) : isWhole ? rowsText(rows) : {};
    return {
      inputs: present({ ...inputs, ...shown, byHand: checked.byHand }),
      failures: checked.failures,
      warnings: [...checked.warnings, ...startWarnings(pool.view, set)],
      drift: olds ? this.setDrift(pool, olds, promised, checked.byHand) : [],
    };
  }

  preview(inputs: life.Properties): life.Properties {
    return { ...inputs, addresses: inputs.addresses ?? life.UNKNOWN, allocations: inputs.allocations ?? life.UNKNOWN };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const replaces = [...changedProperties(olds, news, STABLES), ...changedClaimKind(olds, news)];
    // A member that is not known yet may be new.
    const unsure = LISTS.filter((property) => holdsUnknown(news[property]));
    const filled = news.addresses === undefined ? LISTS : [...unsure, ...SET_COMPUTED];
    const pool = await this.ipam.pool(poolIn(olds));
    const by = { ...owner, token: olds.token, adopt: news.adopt === true };
    const isLost = pool.isOwnershipLost(by, new Set(statedIn(this.rowsIn(olds)).keys()));
    const changed = [...replaces, ...changedProperties(olds, news, filled), ...(isLost ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: false, stables: STABLES };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedSet(this.ipam, request);
    const pool = await this.ipam.pool(poolIn(state), undefined, claimKindIn(state));
    const promise = inputs && promisedRows(inputs, state);
    const promises = this.promisesOf(promise ?? state, pool.name);
    // A host without an entry keeps its row, without an address. It still belongs to the set, and the next update restores
    // it.
    const rows = setRows(state).map(({ host, claimName }) => {
      return { host, claimName, ...liveAllocation(pool.view, claimName, promises.get(claimName)) };
    });
    const drift = this.setDrift(pool, state, promises, stillByHand(pool.view, inputs));
    return { id, inputs: promise, outputs: withLive({ ...state, ...rowsText(rows) }, drift), drift };
  }

  protected reservationIn(inputs: life.Properties): Reservation {
    const { set } = readSetArguments(inputs, this.defaultNamespace, undefined);
    if (!set) throw new Error("inputs of a PreAllocationSet reached the update without a check");
    return set;
  }

  protected rowsIn(properties: life.Properties): Row[] {
    return setRows(properties);
  }

  protected outputsOf(rows: readonly (Row & AllocationText)[]): life.Properties {
    return rowsText(rows);
  }

  protected idOf({ namespace, pool }: life.Properties, { resource }: life.ResourceOwner): string {
    return [namespace, pool, ...(resource === undefined ? [] : [resource])].join("/");
  }

  /** The promises in state, if the set still has the same pool. */
  private promisesOf(properties: life.Properties, { namespace, name }: { namespace: string; name: string }) {
    const isSame = changedProperties(properties, { pool: name, namespace }, STABLES).length === 0;
    return promisesIn(isSame ? setRows(properties) : []);
  }

  /** Both outputs contain a host's address. */
  private setDrift(
    pool: ManagedPool,
    state: life.Properties,
    promised: ReadonlyMap<string, HostPromise>,
    byHand: readonly string[] | undefined,
  ): Drift[] {
    return this.drift(pool, state, promised, byHand).flatMap(({ host, ...one }) => [
      { ...one, path: ["allocations", host, ...one.path] },
      ...(one.path[0] === "address" ? [{ ...one, path: ["addresses", host] }] : []),
    ]);
  }
}

/** Warns that the addresses begin elsewhere: at the next offered address, or at the start of the pool. */
function startWarnings({ name, offered }: PoolView, { origin }: Reservation): string[] {
  if (!offered || typeof origin !== "object" || !("start" in origin)) return [];
  const { addresses, offers } = offered.pool;
  if (addresses.contains(origin.start)) return [];
  const next = addresses.nextMember(origin.start) ?? offers[0]?.range.first;
  return [setWording.startNotOffered(name, origin.start, offered.pool, next)];
}

/** The inputs with the rows of all hosts. For a partly unknown list, only create knew the rows of the new hosts. */
function promisedRows(inputs: life.Properties, state: life.Properties): life.Properties {
  const rows = (name: "addresses" | "allocations") => ({ ...(state[name] as object), ...(inputs[name] as object) });
  return { ...inputs, addresses: rows("addresses"), allocations: rows("allocations") };
}
