/** Values by key. Most keys have one value, and a set for each key would need more memory than the values. */
export class Groups<Key, Value> {
  private readonly single = new Map<Key, Value>();
  private readonly several = new Map<Key, Set<Value>>();

  /** In the order in which they were added. */
  at(key: Key): Value[] {
    const values = this.several.get(key);
    if (values) return [...values];
    const value = this.single.get(key);
    return value === undefined ? [] : [value];
  }

  has(key: Key): boolean {
    return this.single.has(key) || this.several.has(key);
  }

  add(key: Key, value: Value): void {
    const values = this.several.get(key);
    const other = this.single.get(key);
    if (values) values.add(value);
    else if (other === undefined) this.single.set(key, value);
    else if (other !== value) {
      this.single.delete(key);
      this.several.set(key, new Set([other, value]));
    }
  }

  /** Removing a value that is not there changes nothing. */
  remove(key: Key, value: Value): void {
    const values = this.several.get(key);
    values?.delete(value);
    if (values?.size === 0) this.several.delete(key);
    if (this.single.get(key) === value) this.single.delete(key);
  }
}
