/** The life cycle that PreAllocation and PreAllocationSet share. */
import type { ClaimKind } from "../../api/claim";
import type { Address } from "../../core/address";
import { type Drift, type Ipam, type ManagedPool, NO_TOKEN, type Owner } from "../../ipam/ipam";
import { type AllocationText, allocationText, storedText } from "../allocation";
import type * as life from "../handler";
import { stillByHand } from "../imported";
import { reservedPins } from "../reserved-pins";
import { claimKindIn, replacedToken, unservedKind } from "./claim-kind";
import { failuresOf, pinsOf, questionOf, type Reservation, wantedOf } from "./reservation";
import { addressesOf, type HostPromise, type Row, statedBefore, statedIn } from "./rows";

export interface Replaced {
  readonly claim: string;
  readonly address: Address;
  readonly claimKind: ClaimKind;
  /** The token of the replaced resource in state. Absent before diff. */
  readonly token?: string | undefined;
}

export abstract class ReservationHandler implements life.Handler {
  abstract readonly kind: "PreAllocation" | "PreAllocationSet";

  constructor(
    protected readonly ipam: Ipam,
    protected readonly defaultNamespace: string,
  ) {}

  abstract check(request: life.CheckRequest): Promise<life.CheckResponse>;
  abstract preview(inputs: life.Properties): life.Properties;
  abstract diff(request: life.DiffRequest): Promise<life.DiffResponse>;
  abstract read(request: life.ReadRequest): Promise<life.ReadResponse>;

  /** The reservation in checked inputs. */
  protected abstract reservationIn(inputs: life.Properties): Reservation;
  /** The rows of inputs or outputs, one for each host. */
  protected abstract rowsIn(properties: life.Properties): Row[];
  /** The outputs that name the address of each host. */
  protected abstract outputsOf(rows: readonly (Row & AllocationText)[]): life.Properties;
  protected abstract idOf(outputs: life.Properties, owner: life.ResourceOwner): string;
  /** The claim whose address this resource takes over, because it replaces the resource that holds it. */
  protected replaced(_resource: string | undefined): Replaced | undefined {
    return undefined;
  }

  async create({ owner, inputs, operation, firm = false }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const found = this.replaced(owner.resource);
    const { view } = await this.ipam.pool(this.reservationIn(inputs));
    const replaced = found && !view.declarations.has(found.claim) ? found : undefined;
    const held = new Map(replaced ? [[replaced.claim, replaced.address]] : []);
    const change = { owner, token, inputs, operation, firm, held, stated: new Map(), replaced };
    const outputs = await this.reserve(change);
    return { id: this.idOf(outputs, owner), outputs };
  }

  async update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    const { owner, olds, oldInputs = {}, news: inputs, operation, firm = false } = request;
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    const pins = new Set(this.reservationIn(inputs).members.flatMap(({ claimName, pin }) => (pin ? [claimName] : [])));
    const [before, beforeInputs, after] = [olds, oldInputs, inputs].map((one) => this.rowsIn(one));
    const stated = statedBefore(before!, beforeInputs!, after!, (claim) => pins.has(claim));
    const held = (await this.ipam.pool(poolIn(olds))).held(token, stated);
    return { outputs: await this.reserve({ owner, token, inputs, operation, firm, held, stated }) };
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const claimKind = claimKindIn(state);
    const pool = await this.ipam.pool(poolIn(state), operation, claimKind);
    const token = storedText(state.token) ?? NO_TOKEN;
    const ours: Owner = { ...owner, kind: this.kind, token, adopt: false, claimKind };
    await pool.release(ours, pool.held(token, statedIn(this.rowsIn(state))), true);
  }

  /** Checks a reservation whose arguments have no faults. `promised`: the promises of state or of an earlier check. */
  protected async checked(
    pool: ManagedPool,
    reservation: Reservation,
    { owner, olds }: life.CheckRequest,
    promised: ReadonlyMap<string, HostPromise>,
  ) {
    const { adopt, claimKind } = reservation;
    const by = { ...owner, kind: this.kind, adopt, claimKind };
    const addresses = addressesOf(promised);
    const proposal = await pool.propose(questionOf(reservation, by, addresses));
    const reserved = reservedPins(pool.view, pinsOf(reservation), addresses);
    const byHand = stillByHand(pool.view, olds);
    return {
      addresses: proposal.addresses,
      failures: [
        ...(await unservedKind(pool, claimKind)),
        ...failuresOf(reservation, proposal.faults),
        ...reserved.failures,
      ],
      warnings: [
        ...proposal.warnings,
        ...reserved.warnings,
        ...(olds ? await this.leavingWarnings(olds, reservation) : []),
      ],
      byHand,
    };
  }

  /** Warns about hosts that are in state and no longer in the program. */
  private async leavingWarnings(olds: life.Properties, { namespace, name, members }: Reservation): Promise<string[]> {
    const before = poolIn(olds);
    const isSame = before.namespace === namespace && before.name === name;
    const staying = new Set(isSame ? members.map(({ claimName }) => claimName) : []);
    const leaving = [...statedIn(this.rowsIn(olds))].filter(([claim]) => !staying.has(claim));
    return leaving.length > 0 ? (await this.ipam.pool(before)).leavingWarnings(leaving) : [];
  }

  /** Differences between the backend and what was last set, by host. */
  protected drift(
    pool: ManagedPool,
    state: life.Properties,
    promised: ReadonlyMap<string, HostPromise>,
    byHand: readonly string[] | undefined,
  ): (Drift & { readonly host: string })[] {
    const claimKind = claimKindIn(state);
    return [...promised].flatMap(([claim, { host, ...lastSet }]) =>
      pool.drift(claim, { ...lastSet, claimKind, byHand }, true).map((one) => ({ ...one, host })),
    );
  }

  private async reserve(change: {
    readonly owner: life.ResourceOwner;
    readonly token: string;
    readonly inputs: life.Properties;
    readonly operation: life.CreateRequest["operation"];
    readonly firm: boolean;
    readonly held: ReturnType<ManagedPool["held"]>;
    readonly stated: ReturnType<typeof statedIn>;
    readonly replaced?: Replaced | undefined;
  }): Promise<life.Properties> {
    const { inputs, token, held, stated, firm, replaced } = change;
    const reservation = this.reservationIn(inputs);
    const { members, namespace, adopt, claimKind } = reservation;
    const pool = await this.ipam.pool(reservation, change.operation, claimKind);
    const by: Owner = { ...change.owner, kind: this.kind, token, adopt, claimKind };
    const shown = statedIn(this.rowsIn(inputs));
    const wanted = wantedOf(reservation, { shown, stated, isHeld: (claim) => held.has(claim), firm });
    const formerToken = replaced?.token ?? (replaced && pool.tokenOf(replaced.claim, by)) ?? NO_TOKEN;
    const former = replaced && { ...by, token: formerToken, claimKind: replaced.claimKind };
    const claims = members.map(({ claimName }) => claimName);
    const isNew = held.size === 0 && stated.size === 0;
    const replaces = former?.token ?? (isNew ? replacedToken(pool.view, claims, by) : undefined);
    const owner: Owner = { ...by, replaces };
    const won = await pool.reconcile({ owner, former, held, wanted, entries: true, promised: stated });
    const rows = members.flatMap(({ host, claimName }) => {
      const address = won.get(claimName);
      return address ? [{ host, claimName, ...allocationText(pool.view.pool?.pool, address) }] : [];
    });
    return { ...inputs, namespace, ...this.outputsOf(rows), token };
  }
}

export function poolIn({ namespace, pool }: life.Properties) {
  return { namespace: String(namespace), name: String(pool) };
}
