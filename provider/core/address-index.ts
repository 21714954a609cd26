import type { Address, Family } from "./address";
import { Groups } from "./groups";

/** Values by address. Keyed by the number of the address, because to write each address as a text takes time and memory. */
export class AddressIndex<Value> {
  private readonly byNumber: Readonly<Record<Family, Groups<bigint, Value>>> = { 4: new Groups(), 6: new Groups() };

  /** In the order in which they were added. */
  at({ family, value }: Address): Value[] {
    return this.byNumber[family].at(value);
  }

  has({ family, value }: Address): boolean {
    return this.byNumber[family].has(value);
  }

  add({ family, value }: Address, added: Value): void {
    this.byNumber[family].add(value, added);
  }

  /** Removing a value that is not there changes nothing. */
  remove({ family, value }: Address, removed: Value): void {
    this.byNumber[family].remove(value, removed);
  }
}
