/** One row of docs/performance.md. Ratios compare two sides that were measured in turns, in one run. */
export interface Bar {
  /** The number of the bar in docs/performance.md. */
  readonly number: number;
  readonly what: string;
  /** Both sides with their units, such as `12 ms / 10 ms`. */
  readonly measured: string;
  /** The figure that the limit is about. */
  readonly figure: string;
  readonly limit: string;
  readonly isMet: boolean;
}

/** A bar as one line of a terminal. */
export function barLine({ number, what, measured, figure, limit, isMet }: Bar): string {
  return `${isMet ? "met   " : "MISSED"} ${number}. ${what}: ${measured}; ${figure} (limit: ${limit})`;
}

/** For a file that was started alone. */
export async function printBars(measure: () => Promise<Bar[]>): Promise<void> {
  for (const bar of await measure()) console.log(barLine(bar));
}
