/** Finds the members that two lists share, so that an insertion does not appear as a change of all later members. */

/** Whether the value is a list of names or addresses, each of them once. */
export function isListOfNames(list: unknown): list is readonly (string | number)[] {
  if (!Array.isArray(list)) return false;
  return list.every((one) => typeof one === "string" || typeof one === "number") && new Set(list).size === list.length;
}

/** The largest set of members that keep their order: a longest increasing subsequence of their old places. */
export function stayingMembers<Name>(olds: readonly Name[], news: readonly Name[]): ReadonlySet<Name> {
  const places = new Map(olds.map((name, place) => [name, place]));
  interface Run {
    readonly name: Name;
    readonly place: number;
    readonly before: Run | undefined;
  }
  /** At `n`: the run of `n + 1` members that ends at the lowest old place. */
  const runs: Run[] = [];
  for (const name of news) {
    const place = places.get(name);
    if (place === undefined) continue;
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (runs[middle]!.place < place) low = middle + 1;
      else high = middle;
    }
    runs[low] = { name, place, before: runs[low - 1] };
  }
  const staying = new Set<Name>();
  for (let run = runs.at(-1); run; run = run.before) staying.add(run.name);
  return staying;
}
