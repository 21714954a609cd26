import type { Kind } from "../../api/kinds";
import { type Store, type Stored, StoreError } from "../../store/store";

/**
 * A store that does not answer is not asked again for this time. Otherwise a thousand resources would wait for it in turn.
 */
const OUTAGE_MS = 10_000;

/**
 * One list per kind, namespace and process. A list is only a hint, so a writer reads again. The writes of this process are
 * noted in the views that are made from these lists.
 */
export class Lists {
  private readonly lists = new Map<string, Promise<readonly Stored[]>>();
  /** The time until which a failed list is kept. */
  private readonly outages = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /** The objects of one namespace, or of all. */
  list(kind: Kind, namespace: string | undefined): Promise<readonly Stored[]> {
    const key = `${kind.group}/${kind.plural}/${namespace ?? ""}`;
    const known = this.lists.get(key);
    if (known && this.now() < (this.outages.get(key) ?? Number.POSITIVE_INFINITY)) return known;
    this.outages.delete(key);
    const listing = this.store.list(kind, namespace);
    this.lists.set(key, listing);
    // Another failure than an outage is not kept, so the next call lists again.
    listing.catch((error) => {
      if (this.lists.get(key) !== listing) return;
      if (error instanceof StoreError && error.reason === "Unavailable") this.outages.set(key, this.now() + OUTAGE_MS);
      else this.lists.delete(key);
    });
    return listing;
  }

  /** The next list asks the store again. */
  forget(): void {
    this.lists.clear();
    this.outages.clear();
  }
}
