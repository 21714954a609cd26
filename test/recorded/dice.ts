/** Random numbers from a seed. The code is here, so that no new version of a library changes the records. */
export class Dice {
  constructor(private state: number) {}

  /** A whole number from 0 to `limit` - 1 (mulberry32). */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("there is nothing to pick from");
    return picked;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.flatMap(() => left.splice(this.below(left.length), 1));
  }

  /** From `atLeast` to `atMost` of the list, in any order. */
  some<T>(list: readonly T[], atLeast: number, atMost: number): T[] {
    return this.shuffled(list).slice(0, atLeast + this.below(atMost - atLeast + 1));
  }
}
