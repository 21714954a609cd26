/** The address objects of a pool, and the locks that they make. */
import { type AddressObject, isMirror, isOfIPAddressClaim, joinObjects, type Lock } from "../metal3/lock";
import type { Holders } from "./holders";
import { MarkedLocks } from "./marked-locks";

/** The objects of one name in either group. */
interface Objects {
  readonly metal3?: AddressObject | undefined;
  readonly capi?: AddressObject | undefined;
}

export class AddressObjects {
  readonly locks = new MarkedLocks();
  /** Whether the pool has reservations for IPAddressClaims. */
  hasIPAddressClaims = false;
  /** Names of IPAddressClaims for which resources reserve. */
  private readonly reserved = new Set<string>();
  private readonly byName = new Map<string, Objects>();

  constructor(private readonly held: Holders) {}

  /** Notes an object of this pool that was just read or written. */
  note(object: AddressObject): void {
    this.place(object.name, { ...this.byName.get(object.name), [object.of]: object });
  }

  forget(of: AddressObject["of"], name: string): void {
    this.place(name, { ...this.byName.get(name), [of]: undefined });
  }

  /**
   * Notes a list of all objects of the pool. An object that was known `before` the list was read is gone if it is not in the
   * list.
   */
  noteList(objects: readonly AddressObject[], before: readonly AddressObject[]): void {
    const there = new Set(objects.map(({ of, name }) => `${of}:${name}`));
    for (const { of, name } of before) if (!there.has(`${of}:${name}`)) this.forget(of, name);
    for (const object of objects) this.note(object);
  }

  all(): AddressObject[] {
    const all = [...this.byName.values()].flatMap(({ metal3, capi }) => [metal3, capi]);
    return all.filter((object) => object !== undefined);
  }

  /** Whether the object of a live claim exists. */
  hasClaims(name: string): boolean {
    const { metal3, capi } = this.byName.get(name) ?? {};
    return [metal3, capi].some((object) => object !== undefined && !isMirror(object));
  }

  /** Notes that a resource reserves for IPAddressClaims of these names. From now on the controller's objects for them are locks. */
  reserveForIPAddressClaims(claims: Iterable<string>): void {
    this.hasIPAddressClaims = true;
    for (const claim of claims) {
      if (this.reserved.has(claim)) continue;
      this.reserved.add(claim);
      const names = this.held.of(claim).flatMap((holder) => (holder.by === "capi" ? [holder.name] : []));
      for (const name of names) this.place(name, this.byName.get(name) ?? {});
    }
  }

  /** True for the address of an IPAddressClaim that no resource reserves. */
  isForeign(lock: Lock): boolean {
    return isOfIPAddressClaim(lock) && !this.reserved.has(lock.claimName ?? "");
  }

  private place(name: string, { metal3, capi }: Objects): void {
    this.byName.set(name, { metal3, capi });
    const all = joinObjects(metal3, capi);
    const foreign = all.find((one) => this.isForeign(one));
    const [lock, second] = all.filter((one) => one !== foreign);
    if ([lock, second].some((one) => one?.claimKind === "IPAddressClaim")) this.hasIPAddressClaims = true;
    const put = (source: "lock" | "secondLock", made: Lock | undefined) => {
      const former = this.held.get(source, name);
      if (former?.by === "lock") this.locks.remove(former.lock);
      if (made) this.locks.add(made);
      this.held.put(source, name, made && { by: "lock", claim: made.claimName, address: made.address, lock: made });
    };
    put("lock", lock);
    put("secondLock", second);
    const holder = foreign && ({ by: "capi", claim: foreign.claimName, address: foreign.address, name } as const);
    this.held.put("capi", name, holder);
  }
}
