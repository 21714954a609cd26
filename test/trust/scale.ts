/** How long a test of this folder is: its quick form in `make test`, its long form in `make soak`. */
import { createHash } from "node:crypto";

/** `SOAK=1`: the long form. */
export const isLong = process.env.SOAK === "1";

/** How many of something: `quick` in `make test`, `long` in `make soak`. */
export function count(quick: number, long: number): number {
  return isLong ? long : quick;
}

/** A test of the long form alone; its title says so. */
export function itLong(title: string, test: () => Promise<void>): void {
  (isLong ? it : it.skip)(`(long form) ${title}`, test);
}

/** Begins a campaign's random choices. It stands in the tests' names; `SEED=<seed>` makes the same choices again. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let drawn = 0;
  return () => createHash("sha256").update(`${seed}/${drawn++}`).digest().readUInt32BE() / 2 ** 32;
}
