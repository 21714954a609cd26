/** The length of a test of this folder: its quick form in `make test`, its long form in `make soak`. */
import { createHash } from "node:crypto";

/** `SOAK=1`: the long form. */
export const isLong = process.env.SOAK === "1";

/** A number: `quick` in `make test`, `long` in `make soak`. */
export function count(quick: number, long: number): number {
  return isLong ? long : quick;
}

/** A test that only runs in the long form. Its title says so. */
export function itLong(title: string, test: () => Promise<void>): void {
  (isLong ? it : it.skip)(`(long form) ${title}`, test);
}

/** Begins a campaign's random choices. The tests' names have it. `SEED=<seed>` makes the same choices again. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let drawn = 0;
  return () => createHash("sha256").update(`${seed}/${drawn++}`).digest().readUInt32BE() / 2 ** 32;
}
