/** Sides that are measured in turns, because a machine is never the same for long. And the texts of what was measured. */

/** One sample, as a number of any unit. */
export type Side = () => number | Promise<number>;

/** The samples of each side. In every round each side is measured once. */
export async function inTurns<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, Side>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push(await sides[name]());
  }
  return samples;
}

/** Of at least one value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle - 1)]!) / 2;
}

/** How long the work takes, in milliseconds. */
export async function msOf(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** `850 ns`, `1.3 µs`, `12 ms`, `4.2 s`. */
export function timeText(ms: number): string {
  if (ms < 1e-3) return `${shortText(ms * 1e6)} ns`;
  if (ms < 1) return `${shortText(ms * 1e3)} µs`;
  return ms < 1_000 ? `${shortText(ms)} ms` : `${shortText(ms / 1_000)} s`;
}

/** `87 MiB`. */
export function mebibytesText(bytes: number): string {
  return `${shortText(bytes / 1024 ** 2)} MiB`;
}

/** `1.4 ×`, `12,000 ×`. */
export function timesText(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : countText(ratio)} ×`;
}

/** `1,000`. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

function shortText(value: number): string {
  return value < 10 ? value.toFixed(1) : countText(value);
}
