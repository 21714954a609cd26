/** All or many of the states in which a power loss may leave a disk. */
import type { Choose, Disk } from "./disk";

export interface Losses {
  readonly disks: readonly Disk[];
  /** False: there are more than the limit, and these are some of them. */
  readonly all: boolean;
}

/**
 * All of them if there are at most `limit`. Otherwise the state that the machine saw last (as if only the process had died),
 * the oldest of everything, and random others up to the limit.
 */
export function powerLosses(disk: Disk, limit: number, random: () => number): Losses {
  const every = exhaustively(disk, limit);
  if (every) return { disks: every, all: true };
  const some: Choose[] = [() => 0, (options) => options - 1];
  while (some.length < limit) some.push((options) => Math.floor(random() * options));
  return { disks: some.slice(0, limit).map((choose) => disk.afterPowerLoss(choose)), all: false };
}

/** Counts through all choices, the last one first. undefined: there are more than `limit`. */
function exhaustively(disk: Disk, limit: number): Disk[] | undefined {
  const found: Disk[] = [];
  let taken: { chosen: number; options: number }[] = [];
  for (;;) {
    let depth = 0;
    const choose: Choose = (options) => {
      if (options === 1) return 0;
      const digit = taken[depth] ?? { chosen: 0, options };
      taken[depth++] = digit;
      return digit.chosen;
    };
    found.push(disk.afterPowerLoss(choose));
    if (found.length > limit) return undefined;
    const last = taken.findLastIndex(({ chosen, options }) => chosen + 1 < options);
    if (last < 0) return found;
    taken = taken.slice(0, last + 1).map((digit, at) => (at === last ? { ...digit, chosen: digit.chosen + 1 } : digit));
  }
}
