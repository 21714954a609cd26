/** The declarations of this run's program about one pool, as far as they were checked. */
import { type Declarer, isSameDeclarer } from "../metal3/owner";

export class Declarations {
  /** The program declares the pool, though it is not known yet what the pool will offer. */
  isPoolDeclared = false;
  private readonly claims = new Map<string, Declarer>();
  private readonly checked = new Set<string | undefined>();
  private pool: string | undefined;

  /** Notes that a resource declares the claim. Returns the other resource if one did before. */
  declare(claim: string, by: Declarer): Declarer | undefined {
    const first = this.claims.get(claim);
    if (first === undefined) this.claims.set(claim, by);
    return first === undefined || isSameDeclarer(first, by) ? undefined : first;
  }

  /** Notes that the program has this resource, whatever it declares. */
  note({ resource }: Pick<Declarer, "resource">): void {
    this.checked.add(resource);
  }

  isChecked(resource: string | undefined): boolean {
    return this.checked.has(resource);
  }

  declarerOf(claim: string): Declarer | undefined {
    return this.claims.get(claim);
  }

  has(claim: string): boolean {
    return this.claims.has(claim);
  }

  /** The resource that makes the pool. `resource` does, unless another one came first. */
  poolDeclarer(resource?: string): string | undefined {
    this.pool ??= resource;
    return this.pool;
  }
}
