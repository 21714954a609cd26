/** The entries of a pool while edits are made to them, one group of edits after another. A group is made whole or not at all. */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { AddressIndex } from "../../core/address-index";

export interface EntryEdit {
  readonly claim: string;
  /** Undefined removes the key. */
  readonly to: Address | undefined;
  /**
   * The values that the edit may replace: values that this caller wrote, or "any" if the key is its own. A missing key and
   * the value `to` are always allowed.
   */
  readonly over: "any" | readonly Address[];
}

export type EntryOutcome =
  /** `isNew`: the key did not exist before. `removed`: its former value. */
  | { readonly kind: "written"; readonly isNew: boolean; readonly removed?: Address | undefined }
  /** Another key has the address. */
  | { readonly kind: "held"; readonly claim: string }
  /** The key has a value that the caller did not expect. */
  | { readonly kind: "changed"; readonly live: Address };

export class EntryDraft {
  /** The keys that differ from the pool's. Undefined if the key is removed. A large pool is not copied for one edit. */
  private readonly changes = new Map<string, Address | undefined>();
  /** The claims of each address. A person may have given one address to two keys. */
  private readonly holders = new AddressIndex<string>();
  private readonly edited = new Set<string>();
  private readonly respelt = new Map<string, Address>();

  constructor(private readonly pool: Pick<IPPool, "preAllocations" | "misspelt">) {
    for (const [claim, address] of pool.preAllocations) this.holders.add(address, claim);
  }

  /** Makes all edits, or none if one of them cannot be made. Returns an outcome for each, in order. */
  make(edits: readonly EntryEdit[]): EntryOutcome[] {
    const before = new Map(edits.map(({ claim }) => [claim, this.entryOf(claim)]));
    for (const { claim, to, over } of edits) {
      if (to) this.put(claim, to);
      // A key with the value of another owner stays.
      else if (mayReplace({ to, over }, before.get(claim))) this.put(claim, undefined);
    }
    const outcomes = edits.map((edit) => this.outcomeOf(edit, before.get(edit.claim)));
    if (outcomes.every(({ kind }) => kind === "written")) this.note(edits);
    else for (const [claim, address] of before) this.put(claim, address);
    return outcomes;
  }

  get isChanged(): boolean {
    return Object.keys(this.patch()).length > 0;
  }

  /** The change as a merge patch. `null` removes a key. Unchanged keys do not appear. */
  patch(): Record<string, string | null> {
    const patch: Record<string, string | null> = {};
    for (const [claim, address] of this.respelt) patch[claim] = formatAddress(address);
    for (const claim of this.edited) {
      const [before, after] = [this.pool.preAllocations.get(claim), this.entryOf(claim)];
      if (after && !(before && sameAddress(before, after))) patch[claim] = formatAddress(after);
      if (before && !after) patch[claim] = null;
    }
    return patch;
  }

  private outcomeOf(edit: EntryEdit, live: Address | undefined): EntryOutcome {
    const { claim, to } = edit;
    if (!to) return { kind: "written", isNew: false, removed: mayReplace(edit, live) ? live : undefined };
    // An existing equal value is no change, even if another key was set to the same address by hand.
    if (live && sameAddress(live, to)) return { kind: "written", isNew: false };
    if (live && !mayReplace(edit, live)) return { kind: "changed", live };
    const other = this.holders.at(to).find((holder) => holder !== claim);
    return other === undefined ? { kind: "written", isNew: !live } : { kind: "held", claim: other };
  }

  private note(edits: readonly EntryEdit[]): void {
    for (const { claim, to } of edits) {
      this.edited.add(claim);
      // The key exists already, but with a spelling that reserves nothing.
      if (to && this.pool.misspelt.has(claim)) this.respelt.set(claim, to);
    }
  }

  private entryOf(claim: string): Address | undefined {
    return this.changes.has(claim) ? this.changes.get(claim) : this.pool.preAllocations.get(claim);
  }

  private put(claim: string, address: Address | undefined): void {
    const before = this.entryOf(claim);
    if (before) this.holders.remove(before, claim);
    if (address) this.holders.add(address, claim);
    this.changes.set(claim, address);
  }
}

function mayReplace({ to, over }: Pick<EntryEdit, "to" | "over">, live: Address | undefined): boolean {
  if (live === undefined || over === "any") return true;
  return [...over, ...(to ? [to] : [])].some((address) => sameAddress(address, live));
}
