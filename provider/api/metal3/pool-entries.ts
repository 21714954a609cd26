/** The entries of an IPPool, from one version of the pool to the next. A large pool has thousands, and a write changes few. */
import { type Address, formatAddress } from "../../core/address";
import type { StoredManifest } from "../meta";

/** A version of a pool that has been read. */
export interface KnownEntries {
  readonly manifest: StoredManifest;
  readonly preAllocations: ReadonlyMap<string, Address>;
  /** See `IPPool`. */
  readonly misspelt: ReadonlyMap<string, string>;
}

/** The values as they are written. They are not checked yet. */
type Texts = Readonly<Record<string, unknown>>;

/** The object without the entries that `before` has in the same words. They have been read, so they have no fault. */
export function withoutKnownEntries(object: StoredManifest, before: KnownEntries): StoredManifest {
  const texts = textsOf(object);
  if (texts === undefined) return object;
  const former = textsOf(before.manifest) ?? {};
  const others = Object.keys(texts).filter((claim) => texts[claim] !== former[claim]);
  const preAllocations = Object.fromEntries(others.map((claim) => [claim, texts[claim]]));
  return { ...object, spec: { ...(object.spec as object), preAllocations } };
}

/** All entries in the order of the object. `read`: those that were not known. */
export function joinedEntries(
  object: StoredManifest,
  before: KnownEntries,
  read: ReadonlyMap<string, Address>,
): ReadonlyMap<string, Address> {
  const [texts, former] = [textsOf(object) ?? {}, textsOf(before.manifest) ?? {}];
  const entries = new Map<string, Address>();
  for (const claim of Object.keys(texts)) {
    const from = texts[claim] === former[claim] ? before.preAllocations : read;
    const address = from.get(claim);
    if (address) entries.set(claim, address);
  }
  return entries;
}

/** See `IPPool.misspelt`. Only IPv6 is looked at, because IPv4 has one spelling. */
export function misspeltEntries(
  object: StoredManifest,
  before: KnownEntries | undefined,
  entries: ReadonlyMap<string, Address>,
): Map<string, string> {
  const texts = textsOf(object) ?? {};
  const odd = new Map<string, string>();
  for (const [claim, address] of entries) {
    if (address.family === 4) continue;
    // An entry that was taken over is the same object, and so is its spelling.
    const isKnown = before?.preAllocations.get(claim) === address;
    const isOdd = isKnown ? before.misspelt.has(claim) : texts[claim] !== formatAddress(address);
    if (isOdd) odd.set(claim, String(texts[claim]));
  }
  return odd;
}

/** Undefined if the object has no entries, or if they are no map. */
function textsOf(object: StoredManifest): Texts | undefined {
  const { preAllocations } = (object.spec ?? {}) as { preAllocations?: unknown };
  const isMap = typeof preAllocations === "object" && preAllocations !== null && !Array.isArray(preAllocations);
  return isMap ? (preAllocations as Texts) : undefined;
}
