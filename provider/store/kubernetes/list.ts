import type { Kind } from "../../api/kinds";
import { byNamespaceAndName } from "../object-name";
import type { Stored } from "../store";
import { type Call, SERVER_TIMEOUT_S } from "./call";
import { type Page, pageIn } from "./objects";
import { collectionPath } from "./paths";
import type { ServedVersions } from "./served-versions";
import { errorAbout, isSuccess, refusalOf } from "./status";
import { requestWording } from "./wording";

/** Objects per page. Small pages spare the memory of the API server. */
const PAGE_SIZE = 500;
/** How often a list that expires while it is read is started again. */
const MAX_RELISTS = 3;
/** Five million objects. A server that goes on, or that names the same next page twice, would never end. */
const MAX_PAGES = 10_000;

export interface Listed {
  /** Sorted by namespace and name. */
  readonly items: Stored[];
  /** The version of the list. A watch continues from it. */
  readonly resourceVersion: string;
  /** The kind in the version of the objects. */
  readonly served: Kind;
}

/** All objects, page by page to the end, and never a part. `newCall` makes the call for one page. */
export async function listAll(
  newCall: () => Call,
  versions: ServedVersions,
  kind: Kind,
  namespace: string | undefined,
): Promise<Listed> {
  for (let relists = 0; ; relists++) {
    const items: Stored[] = [];
    const asked = new Set<string>();
    let page: (Page & { readonly served: Kind }) | undefined;
    do {
      const next: string | undefined = page?.next;
      const call = newCall();
      if (next !== undefined && (asked.has(next) || asked.size === MAX_PAGES)) {
        throw errorAbout(call.subject, "Unavailable", requestWording.endlessList);
      }
      if (next !== undefined) asked.add(next);
      page = await versions.inServed(call, kind, async (served) => {
        const query = { limit: PAGE_SIZE, continue: next, timeout: `${SERVER_TIMEOUT_S}s` };
        const answer = await call.read({ method: "GET", path: collectionPath(served, namespace, query) });
        // 410: the server no longer has the list of this page.
        if (answer.status === 410 && next !== undefined && relists < MAX_RELISTS) return undefined;
        if (isSuccess(answer)) return { ...pageIn(answer, served, call.subject), served };
        throw refusalOf(answer, call.subject);
      });
      items.push(...(page?.items ?? []));
    } while (page?.next !== undefined);
    if (page === undefined) continue;
    const { resourceVersion, served } = page;
    return { items: items.sort(byNamespaceAndName), resourceVersion, served };
  }
}
