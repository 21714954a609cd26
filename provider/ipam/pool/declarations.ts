/** The declarations of this run's program about one pool, as far as they were checked. */
import type { Address } from "../../core/address";
import { type Declarer, type DeclarerName, isSameDeclarer, labelOf } from "../metal3/owner";

export class Declarations {
  /** The program declares the pool. Its offer may not be known yet. */
  isPoolDeclared = false;
  private readonly claims = new Map<string, Declarer>();
  /**
   * The addresses that the pool's own resource pre-allocates. An IPClaim of the same name gets the address, and may be
   * declared too.
   */
  private readonly entries = new Map<string, { readonly by: Declarer; readonly address: Address | undefined }>();
  /** Entries that the pool's own resource has in state, but no longer in the program. */
  private readonly dropped = new Set<string>();
  /** The resources that declare IPAddressClaims of this pool. Metal3 has one key for claims of both kinds. */
  private readonly addressClaims = new Map<string, DeclarerName>();
  private readonly checked = new Set<string | undefined>();
  private readonly shown = new Set<string>();
  private pool: string | undefined;

  /**
   * Notes that a resource declares the claim. Returns another resource that declared it before. `entry`: the address, for an
   * IPPool's own entry.
   */
  declare(claim: string, by: Declarer, entry?: Address): Declarer | undefined {
    const before = by.kind === "IPPool" ? this.entries.get(claim)?.by : this.claims.get(claim);
    if (before !== undefined && !isSameDeclarer(before, by)) return before;
    if (by.kind === "IPPool") this.entries.set(claim, { by, address: entry });
    else this.claims.set(claim, by);
    const other = by.kind === "IPPool" ? this.claims.get(claim) : this.entries.get(claim)?.by;
    return by.kind === "IPClaim" || other?.kind === "IPClaim" ? undefined : other;
  }

  /** Notes a resource of another process that declared the claim before any resource of this one. */
  declareElsewhere(claim: string, by: Declarer, entry?: Address): void {
    if (by.kind === "IPPool") this.entries.set(claim, { by, address: entry });
    else this.claims.set(claim, by);
  }

  /** Notes that the program has this resource. */
  note({ resource }: Pick<Declarer, "resource">): void {
    this.checked.add(resource);
  }

  dropEntry(claim: string): void {
    this.dropped.add(claim);
  }

  isDropped(claim: string): boolean {
    return this.dropped.has(claim);
  }

  isChecked(resource: string | undefined): boolean {
    return this.checked.has(resource);
  }

  /** The declarer that holds the address. The pool's own resource has priority over an IPClaim of the same name. */
  declarerOf(claim: string): Declarer | undefined {
    return this.entries.get(claim)?.by ?? this.claims.get(claim);
  }

  has(claim: string): boolean {
    return this.declarerOf(claim) !== undefined;
  }

  noteAddressClaim(claim: string, by: DeclarerName): void {
    this.addressClaims.set(claim, by);
  }

  addressClaim(claim: string): DeclarerName | undefined {
    return this.addressClaims.get(claim);
  }

  /** The IPClaim of that name. */
  ipClaim(claim: string): Declarer | undefined {
    const by = this.claims.get(claim);
    return by?.kind === "IPClaim" ? by : undefined;
  }

  /** The address that the pool's own resource pre-allocates to the claim. */
  entryOf(claim: string): Address | undefined {
    return this.entries.get(claim)?.address;
  }

  /** Notes that the preview of this command has shown a resource that declares the claim. */
  noteShown(claim: string): void {
    this.shown.add(claim);
  }

  /** Whether some resource will ask for the claim, if the program runs to its end. */
  isExpected(claim: string): boolean {
    return this.has(claim) || this.shown.has(claim);
  }

  /** Notes the resource of another process that creates the pool. */
  poolDeclaredBy(by: Declarer): void {
    this.isPoolDeclared = true;
    this.pool = labelOf(by);
  }

  /** The resource that creates the pool. `resource` counts, unless another one came first. */
  poolDeclarer(resource?: string): string | undefined {
    this.pool ??= resource;
    return this.pool;
  }
}
