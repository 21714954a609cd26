/** PreAllocation: one claim's address, reserved before the claim exists. */
import { hostClaimName } from "../../api/metal3/host-claim";
import { type Address, sameAddress } from "../../core/address";
import { type Drift, gone, isTakenOver, type ManagedPool } from "../../ipam/ipam";
import type { AllocationText } from "../allocation";
import { allocationText, asSaid, previewedAllocation, promisedInputs, storedAddress, storedText } from "../allocation";
import { changedProperties, present, readArguments, without } from "../arguments";
import { tooLong } from "../claim-name";
import * as life from "../handler";
import { HIDDEN_INPUTS } from "../hidden";
import { stillByHand } from "../imported";
import { withLive } from "../live";
import { argumentWording } from "../wording";
import { changedClaimKind, claimKindIn, noHosts } from "./claim-kind";
import { liveAllocation } from "./live-allocation";
import { PRE_ALLOCATION_COMPUTED as COMPUTED, preAllocationShape } from "./pre-allocation-arguments";
import { importedPreAllocation } from "./pre-allocation-import";
import type { Reservation } from "./reservation";
import { poolIn, type Replaced, ReservationHandler } from "./reservation-handler";
import { type HostPromise, promisesIn, type Row } from "./rows";

const STABLES = ["pool", "namespace", "claimName"];

export class PreAllocationHandler extends ReservationHandler {
  readonly kind = "PreAllocation";
  /** By resource. For the second check of a replacement the engine leaves out what state has. */
  private readonly replacedBy = new Map<string | undefined, Replaced>();

  async check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { olds, news } = request;
    const { said, shown } = asSaid(news, news.host === undefined ? COMPUTED : [...COMPUTED, "claimName"]);
    const { args, unknown, failures } = readArguments(preAllocationShape, said);
    const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? this.defaultNamespace);
    const claimName = claimNameOf(args);
    failures.push(...hostOrClaimName(said), ...noHosts(said, "host", "claimName"), ...tooLong(claimName));
    const pinned = said.address !== undefined;
    const identity = { namespace: namespace ?? said.namespace, claimName: claimName ?? said.claimName };
    const inputs = present({ ...said, ...identity, pinned });
    if (failures.length > 0 || !args.pool || !namespace || !claimName || unknown.has("address")) {
      return { inputs, failures, warnings: [], drift: [] };
    }
    const pool = await this.ipam.pool({ namespace, name: args.pool }, undefined, claimKindIn(said));
    // Another claim, or the same claim of another pool, is a replacement and starts without promises.
    const isSame =
      olds && isUnchanged({ ...olds, claimName: claimIn(olds) }, { namespace, pool: args.pool, claimName });
    const old = isSame ? this.promises(pool, request, claimName) : promisesIn([]);
    const promised = shown && old.size === 0 ? new Map([[claimName, { host: claimName, address: shown }]]) : old;
    this.noteReplaced(request, { namespace, pool: args.pool, claimName, address: args.address });
    const replaced = this.replacedBy.get(request.owner.resource);
    const known = new Map<string, HostPromise>(promised);
    if (replaced) known.set(replaced.claim, { host: replaced.claim, address: replaced.address });
    const checked = await this.checked(pool, this.reservationIn(inputs), request, known);
    const address = checked.addresses.get(claimName);
    const allocation = address && allocationText(pool.view.offered?.pool, address);
    return {
      inputs: present({ ...inputs, ...allocation, byHand: checked.byHand }),
      failures: checked.failures,
      warnings: checked.warnings,
      drift: isSame && old.size === 0 ? lostDrift(pool, claimName) : this.drift(pool, olds ?? {}, old, checked.byHand),
    };
  }

  /**
   * The promises in the inputs of state. If create chose the address, they do not have it before the next update, but its
   * lock does.
   */
  private promises(pool: ManagedPool, { owner, olds = {} }: life.CheckRequest, claimName: string) {
    const stated = promisesIn(this.rowsIn(olds));
    const address = stated.size > 0 ? undefined : pool.wonBy(owner, claimName);
    return address ? new Map([[claimName, { host: storedText(olds.host) ?? claimName, address }]]) : stated;
  }

  preview(inputs: life.Properties): life.Properties {
    const shown = without(inputs, HIDDEN_INPUTS);
    return { ...shown, claimName: inputs.claimName ?? life.UNKNOWN, ...previewedAllocation(inputs) };
  }

  async diff({ owner, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const replaces = [
      ...changedProperties(olds, { ...news, claimName: claimIn(news) }, STABLES),
      ...changedClaimKind(olds, news),
    ];
    // An address that is not known yet is not a change. The promise stays.
    const filled = news.address === undefined ? [] : changedProperties(olds, news, ["address", ...COMPUTED]);
    const changed = [...replaces, ...filled, ...changedProperties(olds, news, ["host"])];
    const replaced = this.replacedBy.get(owner.resource);
    if (replaced) this.replacedBy.set(owner.resource, { ...replaced, token: storedText(olds.token) });
    const pool = await this.ipam.pool(poolIn(olds));
    const claimName = String(olds.claimName);
    const by = { ...owner, token: olds.token, adopt: news.adopt === true };
    if (isTakenOver(pool.view, by, [claimName])) changed.push("token");
    // If `placement` is "lowest", inputs have no address before the second check. The outputs remember what to restore.
    const address = storedAddress(olds.address);
    if (news.address === undefined && address && pool.isUnheld(claimName, address)) changed.push("address");
    return { changed, replaces, deleteBeforeReplace: false, stables: STABLES };
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedPreAllocation(this.ipam, request);
    const [namespace = "", name = "", claimName = ""] = id.split("/");
    const pool = await this.ipam.pool({ namespace, name }, undefined, claimKindIn(state));
    const { address: _address, prefix: _prefix, gateway: _gateway, dnsServers: _dnsServers, ...rest } = state;
    const promise = inputs && promisedInputs(inputs, state, COMPUTED);
    const old = promisesIn(this.rowsIn({ ...(promise ?? state), claimName }));
    const drift = this.drift(pool, state, old, stillByHand(pool.view, inputs));
    const live = liveAllocation(pool.view, claimName, old.get(claimName));
    // The resource stays the same even if its entry is gone. The next update restores the promise in its inputs.
    const outputs = withLive({ ...rest, namespace, pool: name, claimName, ...live }, drift);
    return { id, inputs: promise, outputs, drift };
  }

  /** Notes the replacement of a machine: another host gets the pinned address of the former one. */
  private noteReplaced(
    { owner, olds }: life.CheckRequest,
    now: { namespace: string; pool: string; claimName: string; address: Address | undefined },
  ): void {
    if (!olds || owner.resource === undefined) return;
    const [before] = promisesIn(this.rowsIn(olds));
    const isOfPool = isUnchanged(olds, { namespace: now.namespace, pool: now.pool });
    const isSwap = before && isOfPool && now.address && sameAddress(before[1].address, now.address);
    if (isSwap && before[0] !== now.claimName)
      this.replacedBy.set(owner.resource, {
        claim: before[0],
        address: before[1].address,
        claimKind: claimKindIn(olds),
      });
    else this.replacedBy.delete(owner.resource);
  }

  protected override replaced(resource: string | undefined): Replaced | undefined {
    return this.replacedBy.get(resource);
  }

  protected reservationIn(inputs: life.Properties): Reservation {
    const claimName = String(inputs.claimName);
    const host = storedText(inputs.host) ?? claimName;
    const path = inputs.pinned === true ? ["address"] : [];
    const pin = inputs.pinned === true ? storedAddress(inputs.address) : undefined;
    const placement = inputs.placement === "lowest" ? "lowest" : "byName";
    return {
      namespace: String(inputs.namespace),
      name: String(inputs.pool),
      members: [{ host, claimName, path, pin, pinPath: path }],
      path,
      origin: placement === "lowest" ? undefined : { name: host },
      placement,
      fallback: inputs.fallback === "next" ? "next" : "error",
      adopt: inputs.adopt === true,
      claimKind: claimKindIn(inputs),
    };
  }

  protected rowsIn(properties: life.Properties): Row[] {
    const claimName = claimIn(properties);
    if (typeof claimName !== "string") return [];
    const { host, address, prefix, gateway, dnsServers } = properties as Partial<Row>;
    return [{ host: host ?? claimName, claimName, ...present({ address, prefix, gateway, dnsServers }) }];
  }

  protected outputsOf([row]: readonly (Row & AllocationText)[]): life.Properties {
    if (!row) return {};
    const { host: _host, claimName: _claimName, ...allocation } = row;
    return allocation;
  }

  protected idOf({ namespace, pool, claimName }: life.Properties): string {
    return [namespace, pool, claimName].join("/");
  }
}

/** Reports a claim without entry and lock. Only the outputs remember its address, and the update restores it from there. */
function lostDrift({ view }: ManagedPool, claimName: string): Drift[] {
  if (!view.pool || view.wasGone || view.entryOf(claimName) || view.locksOf(claimName).length > 0) return [];
  return [gone(`claim ${claimName} of IPPool`, view.name, ["address"])];
}

function claimNameOf({ host, pool, claimName }: { host?: string; pool?: string; claimName?: string }) {
  return host !== undefined && pool !== undefined ? hostClaimName(host, pool) : claimName;
}

function isUnchanged(olds: life.Properties, identity: life.Properties): boolean {
  return changedProperties(olds, identity, Object.keys(identity)).length === 0;
}

function hostOrClaimName({ host, claimName }: life.Properties): life.CheckFailure[] {
  if (host !== undefined && claimName !== undefined) {
    return [{ path: ["claimName"], reason: argumentWording.excludesEachOther("host", "it <host>-<pool>") }];
  }
  if (host === undefined && claimName === undefined) {
    return [{ path: ["host"], reason: argumentWording.required("the BareMetalHost's name", "`claimName`") }];
  }
  return [];
}

/** Checked inputs have a claim name. Inputs of an import, like a program, have only the host. */
function claimIn({ claimName, host, pool }: life.Properties): unknown {
  const isSaid = claimName !== undefined || typeof host !== "string" || typeof pool !== "string";
  return isSaid ? claimName : hostClaimName(host, pool);
}
