import type { PoolRef } from "../../api/capi/ip-address-claim";
import { keyText } from "../../api/meta";
import { type ClaimedAddress, readAddressClaim } from "../../ipam/address-claims";
import { type Ipam, marksOf, NO_TOKEN, type Owner, undone } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { Stored } from "../../store/store";
import { previewedAllocation, promisedInputs, storedText } from "../allocation";
import { changedProperties, present, without } from "../arguments";
import { metadataPatch } from "../declared-metadata";
import * as life from "../handler";
import { HIDDEN_INPUTS } from "../hidden";
import { withLive } from "../live";
import { ADDRESS_CLAIM_COMPUTED, ADDRESS_CLAIM_IDENTITY } from "./address-claim-arguments";
import { checkAddressClaim } from "./address-claim-check";
import { addressClaimDrift } from "./address-claim-drift";
import { importedAddressClaim } from "./address-claim-import";
import { addressClaimKey, addressClaimManifest } from "./address-claim-manifest";

const PATCHED = ["labels", "annotations", "ownerReferences"];

export class IPAddressClaimHandler implements life.Handler {
  readonly kind = "IPAddressClaim";
  /** The resource that declares each claim. */
  private readonly declared = new Map<string, string>();
  /** Inputs in state by resource. For the second check of a replacement the engine leaves them out. */
  private readonly known = new Map<string | undefined, life.Properties>();

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { olds, owner } = request;
    if (olds) this.known.set(owner.resource, olds);
    const known = owner.resource === undefined ? olds : this.known.get(owner.resource);
    const checked = await checkAddressClaim(this.ipam, this.defaultNamespace, request, known);
    const fault = this.declaredTwice(checked.inputs, owner.resource);
    return fault ? { ...checked, failures: [...checked.failures, fault] } : checked;
  }

  private declaredTwice(inputs: life.Properties, resource: string | undefined): life.CheckFailure | undefined {
    const { namespace, name } = inputs;
    if (resource === undefined || typeof namespace !== "string" || typeof name !== "string") return undefined;
    const key = keyText({ namespace, name });
    const other = this.declared.get(key) ?? resource;
    this.declared.set(key, other);
    return other === resource ? undefined : { path: [], reason: wording.addressClaimTwice(key, resource, other) };
  }

  preview(inputs: life.Properties): life.Properties {
    const { dnsServers: _dnsServers, ...allocation } = previewedAllocation(inputs);
    return { ...without(inputs, HIDDEN_INPUTS), ...allocation };
  }

  async diff({ olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const replaces = changedProperties(olds, news, ADDRESS_CLAIM_IDENTITY);
    const given = news.address === undefined ? ["address"] : changedProperties(olds, news, ADDRESS_CLAIM_COMPUTED);
    const changed = [...replaces, ...given, ...changedProperties(olds, news, PATCHED)];
    if (await this.isOwnershipLost(olds)) changed.push("token");
    // Two claims of one name cannot exist at once.
    const deleteBeforeReplace = changedProperties(olds, news, ["namespace", "name"]).length === 0;
    return { changed, replaces, deleteBeforeReplace, stables: ["name", "namespace", "poolRef"] };
  }

  /** True if the claim has another token than state. An imported claim has none, and an update marks it. */
  private async isOwnershipLost(olds: life.Properties): Promise<boolean> {
    const stored = await this.ipam.addressClaims().listed(addressClaimKey(olds));
    return stored !== undefined && marksOf(stored).token !== storedText(olds.token);
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const token = this.ipam.environment.mintToken();
    const outputs = await this.ensure(claimantOf(owner, token), inputs, undefined, operation);
    return { id: keyText(addressClaimKey(inputs)), outputs };
  }

  async update({ owner, olds, oldInputs, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    return { outputs: await this.ensure(claimantOf(owner, token), news, { ...olds, ...oldInputs }, operation) };
  }

  /** `olds`: what state has. Undefined in a create. */
  private async ensure(
    owner: Owner,
    inputs: life.Properties,
    olds: life.Properties | undefined,
    operation: life.CreateRequest["operation"],
  ): Promise<life.Properties> {
    const claims = this.ipam.addressClaims(operation);
    const [key, manifest] = [addressClaimKey(inputs), addressClaimManifest(inputs, owner)];
    const old = olds && addressClaimManifest(olds, owner);
    const patchMetadata = (found: Stored) => metadataPatch(found, manifest, old);
    await claims.ensure(owner, { manifest, isKnown: olds !== undefined, patchMetadata });
    const outputs = { ...without(inputs, ADDRESS_CLAIM_COMPUTED), token: owner.token };
    const unfinished = (why: string, cause?: Error) => new life.Unfinished(keyText(key), outputs, [why], cause);
    const answer = await claims.awaitAddress(key, inputs.poolRef as PoolRef).catch((error: Error) => {
      // The claim exists, whatever ended the wait, so state has to know it.
      throw unfinished(error.message, error);
    });
    if (answer.kind === "late") throw unfinished(answer.reason);
    if (answer.kind === "served") return { ...outputs, ...answer.given };
    // A new claim that is refused for ever is removed, because it would hold nothing.
    throw olds ? answer.error : await undone(answer.error, () => claims.remove(key, owner));
  }

  async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, inputs, state } = request;
    if (Object.keys(state).length === 0) return importedAddressClaim(this.ipam, request);
    const claims = this.ipam.addressClaims();
    const promise = inputs && promisedInputs(inputs, state, ADDRESS_CLAIM_COMPUTED);
    const lastSet = { ...state, ...promise };
    const stored = await claims.listed(addressClaimKey(state));
    const claim = stored && readAddressClaim(stored);
    const claimed = claim && (await claims.listedAddress(claim));
    const { labels, annotations } = inputs ?? state;
    const declared = present({ ...without(state, ADDRESS_CLAIM_COMPUTED), labels, annotations });
    const drift = addressClaimDrift(lastSet, stored, claimed);
    const outputs = withLive({ ...declared, ...claimed?.given }, drift);
    const missing = claim && (await this.whatIsMissing(claim, claimed, lastSet));
    return { id, inputs: promise, outputs, drift, ...(missing && { unfinished: [missing] }) };
  }

  /** Why an existing claim is not yet as requested. */
  private async whatIsMissing(
    claim: ReturnType<typeof readAddressClaim>,
    claimed: ClaimedAddress | undefined,
    lastSet: life.Properties,
  ): Promise<string | undefined> {
    if (!claimed) return this.ipam.addressClaims().whyWaiting(claim, 0);
    if (lastSet.address !== undefined) return undefined;
    return wording.addressClaimServed(this.ipam.environment.words, keyText(claim), claim.poolRef);
  }

  async delete({ owner, state, operation }: life.DeleteRequest): Promise<void> {
    const claims = this.ipam.addressClaims(operation);
    await claims.remove(addressClaimKey(state), claimantOf(owner, storedText(state.token) ?? NO_TOKEN));
  }
}

function claimantOf(owner: life.ResourceOwner, token: string): Owner {
  return { ...owner, kind: "IPAddressClaim", token, adopt: false };
}
