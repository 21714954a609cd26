/** How long a test of this folder is: its quick form in `make test`, its long form in `make soak`. */

/** `SOAK=1`: the long form. */
export const isLong = process.env.SOAK === "1";

/** How many of something: `quick` in `make test`, `long` in `make soak`. */
export function count(quick: number, long: number): number {
  return isLong ? long : quick;
}

/** Begins a campaign's random choices. It stands in the tests' names; `SEED=<seed>` makes the same choices again. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

/** Numbers from 0 to below 1, the same for the same seed: mulberry32 (Tommy Ettinger, public domain), good enough for choices. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
