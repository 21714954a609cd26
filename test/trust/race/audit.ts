/** Compares the promised addresses with the stored ones, read from outside, without the code that wrote them. */

export interface Held {
  readonly claim: string;
  readonly address: string;
}

/** The stored objects of one pool. */
export interface Books {
  readonly locks: readonly Held[];
  /** undefined: locks have no mirror, in a folder of manifests. */
  readonly mirrors: readonly Held[] | undefined;
  readonly entries: readonly Held[];
  /** Anything else: drafts, objects under a name that is not their address's. */
  readonly litter: readonly string[];
}

export interface Audit {
  /** Addresses of two claims, claims with two addresses. */
  readonly duplicates: readonly string[];
  /** Answered, but not completely stored. */
  readonly lost: readonly string[];
  /** Stored, but never answered; locks without mirrors, or mirrors alone; litter. */
  readonly leaked: readonly string[];
}

export const SOUND: Audit = { duplicates: [], lost: [], leaked: [] };

export function audit(told: readonly Held[], { locks, mirrors, entries, litter }: Books): Audit {
  const books = { lock: locks, ...(mirrors && { mirror: mirrors }), entry: entries };
  const all = [...told, ...Object.values(books).flat()];
  const toldTexts = new Set(told.map(text));
  const missing = Object.entries(books).flatMap(([what, held]) => {
    const there = new Set(held.map(text));
    return [...toldTexts].filter((one) => !there.has(one)).map((one) => `${one}: no ${what}`);
  });
  const extra = Object.entries(books).flatMap(([what, held]) =>
    held.filter((one) => !toldTexts.has(text(one))).map((one) => `${text(one)}: ${what}`),
  );
  return {
    duplicates: [
      ...shared(all.map(({ claim, address }) => [address, claim])),
      ...shared(all.map(({ claim, address }) => [claim, address])),
    ],
    lost: missing,
    leaked: [...extra, ...litter],
  };
}

/** `0 duplicates, 0 lost, 0 leaked`. */
export function auditText({ duplicates, lost, leaked }: Audit): string {
  return `${duplicates.length} duplicates, ${lost.length} lost, ${leaked.length} leaked`;
}

function text({ claim, address }: Held): string {
  return `${claim} ${address}`;
}

/** Keys with more than one value. */
function shared(pairs: readonly (readonly [string, string])[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const [key, value] of pairs) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values].filter(([, found]) => found.size > 1).map(([key, found]) => `${key}: ${[...found].join(", ")}`);
}
