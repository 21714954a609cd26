/** The values of one family as sorted runs. They can be changed. Except for `at`, every question is a binary search. */

/** The runs are disjoint, and no run touches the next. Both ends are inclusive. */
export class Runs {
  readonly #firsts: bigint[];
  readonly #lasts: bigint[];
  #size: bigint;

  /** The runs must already be sorted, disjoint and merged. */
  constructor(runs: readonly { readonly first: bigint; readonly last: bigint }[]) {
    this.#firsts = runs.map(({ first }) => first);
    this.#lasts = runs.map(({ last }) => last);
    this.#size = runs.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  }

  /** How many values. */
  get size(): bigint {
    return this.#size;
  }

  has(value: bigint): boolean {
    const first = this.#firsts[this.#search(value)];
    return first !== undefined && first <= value;
  }

  /** The lowest value in the runs that is `value` or above. */
  next(value: bigint): bigint | undefined {
    const first = this.#firsts[this.#search(value)];
    return first === undefined || first > value ? first : value;
  }

  /** The value that has `position` values below it. It walks the runs: O(runs). */
  at(position: bigint): bigint | undefined {
    let left = position;
    for (const [index, first] of this.#firsts.entries()) {
      const length = (this.#lasts[index] ?? first) - first + 1n;
      if (left < length) return first + left;
      left -= length;
    }
    return undefined;
  }

  /**
   * False if the value was there. It may join its left and right neighbours:
   *
   *     f---l v f---l   =>  f-----------l
   */
  add(value: bigint): boolean {
    const right = this.#search(value);
    const rightFirst = this.#firsts[right];
    if (rightFirst !== undefined && rightFirst <= value) return false;
    const joinsLeft = right > 0 && this.#lasts[right - 1] === value - 1n;
    const joinsRight = rightFirst === value + 1n;
    if (joinsLeft && joinsRight) {
      this.#firsts.splice(right, 1);
      this.#lasts.splice(right - 1, 1);
    } else if (joinsLeft) this.#lasts[right - 1] = value;
    else if (joinsRight) this.#firsts[right] = value;
    else {
      this.#firsts.splice(right, 0, value);
      this.#lasts.splice(right, 0, value);
    }
    this.#size += 1n;
    return true;
  }

  /**
   * False if the value was not there. It may split its run:
   *
   *     f-----v-----l   =>  f---l   f---l
   */
  remove(value: bigint): boolean {
    const index = this.#search(value);
    const first = this.#firsts[index];
    const last = this.#lasts[index];
    if (first === undefined || last === undefined || first > value) return false;
    if (first === last) {
      this.#firsts.splice(index, 1);
      this.#lasts.splice(index, 1);
    } else if (value === first) this.#firsts[index] = value + 1n;
    else if (value === last) this.#lasts[index] = value - 1n;
    else {
      this.#firsts.splice(index + 1, 0, value + 1n);
      this.#lasts.splice(index, 0, value - 1n);
    }
    this.#size -= 1n;
    return true;
  }

  /** The first run that ends at `value` or after it. */
  #search(value: bigint): number {
    let low = 0;
    let high = this.#lasts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.#lasts[middle];
      if (last !== undefined && last < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
