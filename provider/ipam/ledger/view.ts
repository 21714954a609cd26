import type { Kind } from "../../api/kinds";
import type { Store, Stored } from "../../store/store";

/**
 * One list per kind and namespace and process. A hint, as every list is: whoever writes reads again. What this
 * process writes itself is noted in the ledgers, which are made from these lists.
 */
export class View {
  private readonly lists = new Map<string, Promise<readonly Stored[]>>();

  constructor(private readonly store: Store) {}

  /** In one namespace, or in all. */
  list(kind: Kind, namespace: string | undefined): Promise<readonly Stored[]> {
    const key = `${kind.group}/${kind.plural}/${namespace ?? ""}`;
    const known = this.lists.get(key);
    if (known) return known;
    const listing = this.store.list(kind, namespace);
    this.lists.set(key, listing);
    // A failed list is not the truth for the rest of the process.
    listing.catch(() => this.lists.delete(key));
    return listing;
  }

  /** The next list asks the store again. */
  forget(): void {
    this.lists.clear();
  }
}
