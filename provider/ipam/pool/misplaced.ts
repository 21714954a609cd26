/**
 * Objects of a folder that are in a file that is not their own. The provider cannot write such an object, so a check reports
 * it before the update.
 */
import type { Kind } from "../../api/kinds";
import { keyText, type ObjectKey } from "../../api/meta";
import { addressObjectName } from "../../api/metal3/ip-address";
import { IP_ADDRESS, IP_POOL } from "../../api/metal3/kinds";
import { type Address, sameAddress } from "../../core/address";
import type { Misplaced, Store } from "../../store/store";
import { wording } from "../wording";
import type { PoolView } from "./pool-view";

/** The fault if the object cannot be written, or a warning about its file. */
export interface Placement {
  readonly fault?: string;
  readonly warning?: string;
}

export async function placementOf(store: Store, kind: Kind, key: ObjectKey): Promise<Placement> {
  const found = await store.misplaced?.(kind, key);
  if (!found) return {};
  const text = misplacedText(`${kind.kind} ${keyText(key)}`, found);
  return found.isWritable ? { warning: text } : { fault: text };
}

/** The faults of objects that the claims of a resource would have to write: missing entries, and locks without marks. */
export async function unwritable(
  store: Store,
  view: PoolView,
  claims: ReadonlyMap<string, Address>,
  entries: boolean,
): Promise<string[]> {
  if (!store.misplaced) return [];
  const { namespace } = view.name;
  const isEntered = ([claim, address]: readonly [string, Address]) => {
    const entry = view.entryOf(claim);
    return entry !== undefined && sameAddress(entry, address);
  };
  const faults: (string | undefined)[] = [];
  if (entries && ![...claims].every(isEntered)) faults.push((await placementOf(store, IP_POOL, view.name)).fault);
  const { namePrefix = view.name.name } = view.offered ?? {};
  for (const [claim, address] of claims) {
    const held = view.at(address).flatMap((holder) => (holder.by === "lock" ? [holder.lock] : []));
    const isOthers = held.some(({ claimName, marks }) => claimName !== claim || marks.token !== undefined);
    const key = { namespace, name: addressObjectName(namePrefix, address) };
    if (!isOthers) faults.push((await placementOf(store, IP_ADDRESS, key)).fault);
  }
  return faults.filter((fault) => fault !== undefined);
}

function misplacedText(object: string, { own, files, isWritable }: Misplaced): string {
  if (files.length === 0) return wording.fileTaken(object, own);
  return isWritable ? wording.otherwiseIn(object, own, files) : wording.misplaced(object, own, files);
}
