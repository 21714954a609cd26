/** The declarations of this run's program about one pool, as far as they were checked. */
import type { Address } from "../../core/address";
import { type Declarer, isSameDeclarer, labelOf } from "../metal3/owner";

export class Declarations {
  /** The program declares the pool, though it is not known yet what the pool will offer. */
  isPoolDeclared = false;
  private readonly claims = new Map<string, Declarer>();
  /** What the pool's own resource pre-allocates. An IPClaim of that name gets it, and may be declared beside it. */
  private readonly entries = new Map<string, { readonly by: Declarer; readonly address: Address | undefined }>();
  /** Entries that the pool's own resource has in state, and not any more in the program. */
  private readonly dropped = new Set<string>();
  private readonly checked = new Set<string | undefined>();
  private readonly shown = new Set<string>();
  private pool: string | undefined;

  /** Notes that a resource declares the claim. Returns the other resource if one did before. `entry`: of an IPPool. */
  declare(claim: string, by: Declarer, entry?: Address): Declarer | undefined {
    const before = by.kind === "IPPool" ? this.entries.get(claim)?.by : this.claims.get(claim);
    if (before !== undefined && !isSameDeclarer(before, by)) return before;
    if (by.kind === "IPPool") this.entries.set(claim, { by, address: entry });
    else this.claims.set(claim, by);
    const other = by.kind === "IPPool" ? this.claims.get(claim) : this.entries.get(claim)?.by;
    return by.kind === "IPClaim" || other?.kind === "IPClaim" ? undefined : other;
  }

  /** Notes a resource of another process, which has declared the claim before any resource of this one. */
  declareElsewhere(claim: string, by: Declarer, entry?: Address): void {
    if (by.kind === "IPPool") this.entries.set(claim, { by, address: entry });
    else this.claims.set(claim, by);
  }

  /** Notes that the program has this resource, whatever it declares. */
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

  /** Who holds the address: the pool's own resource goes before an IPClaim of that name. */
  declarerOf(claim: string): Declarer | undefined {
    return this.entries.get(claim)?.by ?? this.claims.get(claim);
  }

  has(claim: string): boolean {
    return this.declarerOf(claim) !== undefined;
  }

  /** The IPClaim of that name. */
  ipClaim(claim: string): Declarer | undefined {
    const by = this.claims.get(claim);
    return by?.kind === "IPClaim" ? by : undefined;
  }

  /** What the pool's own resource pre-allocates to the claim. */
  entryOf(claim: string): Address | undefined {
    return this.entries.get(claim)?.address;
  }

  /** The preview of this command has shown a resource that declares the claim. */
  noteShown(claim: string): void {
    this.shown.add(claim);
  }

  /** Some resource will ask for the claim, if the program comes to its end. */
  isExpected(claim: string): boolean {
    return this.has(claim) || this.shown.has(claim);
  }

  /** Notes the resource of another process that makes the pool. */
  poolDeclaredBy(by: Declarer): void {
    this.isPoolDeclared = true;
    this.pool = labelOf(by);
  }

  /** The resource that makes the pool. `resource` does, unless another one came first. */
  poolDeclarer(resource?: string): string | undefined {
    this.pool ??= resource;
    return this.pool;
  }
}
