/** Which addresses the hosts of a set are promised: all are seen at once, so their order is the program's. */
import type { Address } from "../core/address";
import { formatAddress } from "../core/address";
import { type Placements, placeConsecutive } from "../core/placement";
import { wording } from "../ipam/errors";
import type { Ledger } from "../ipam/ledger";
import { declarationFaults, heldFault, proposeBeside, wonInstead } from "../ipam/promise";
import type { Owner, Properties } from "./handler";

export interface Member {
  /** The key in `pins`, `addresses` and `allocations`. */
  readonly host: string;
  readonly claimName: string;
}

export interface SetArguments {
  readonly namespace: string;
  /** The pool's. */
  readonly name: string;
  readonly members: readonly Member[];
  /** host → address. */
  readonly pins: ReadonlyMap<string, Address>;
  readonly start: Address | undefined;
  readonly placement: "byName" | "lowest";
  readonly fallback: "error" | "next";
  readonly adopt: boolean;
  readonly isPartlyUnknown: boolean;
  /** UNKNOWN for each host that has no row yet. */
  readonly unknownRows: (hosts: ReadonlySet<string>) => Properties;
}

export interface SetAnswer {
  /** claim → address; new hosts are absent where the list is not known whole, or the pool is not. */
  readonly addresses: ReadonlyMap<string, Address>;
  readonly faults: readonly string[];
}

export function promiseSet(
  ledger: Ledger,
  owner: Owner,
  set: SetArguments,
  promised: ReadonlyMap<string, { readonly address: Address }>,
): SetAnswer {
  const by = { ...owner, adopt: set.adopt };
  const addresses = new Map<string, Address>();
  const faults: string[] = [];
  // What the set holds already can go from one of its hosts to another, for it does both in one commit.
  const own = new Set([...set.members.map(({ claimName }) => claimName), ...promised.keys()]);
  const homeless: Member[] = [];
  const keep = (member: Member, address: Address) => {
    addresses.set(member.claimName, address);
    ledger.promise(member.claimName, address, owner);
  };
  const settled: [Member, Address, boolean][] = [];
  for (const member of set.members) {
    const { claimName: claim, host } = member;
    const old = promised.get(claim)?.address;
    const pin = set.pins.get(host);
    faults.push(...declarationFaults(ledger, { claim, by, promised: old, pin, entries: true }));
    const address = pin ?? (old ? (wonInstead(ledger, claim, old) ?? old) : foundAddress(ledger, claim));
    if (address) settled.push([member, address, pin !== undefined]);
    else homeless.push(member);
  }
  const offered = ledger.offered?.pool;
  const givenTo = new Map<string, string>();
  for (const [member, address, isPin] of [...settled].sort((a, b) => Number(b[2]) - Number(a[2]))) {
    const other = ledger
      .othersAt(address, member.claimName)
      .find(({ claim }) => claim === undefined || !own.has(claim));
    const sibling = givenTo.get(formatAddress(address));
    if (isPin && set.fallback === "next" && (other || sibling)) homeless.push(member);
    else if (sibling !== undefined) faults.push(wording.pinnedAway(ledger.name, address, member.host, sibling));
    else if (offered && !offered.addresses.contains(address))
      faults.push(wording.outOfRange(ledger.name, address, offered));
    else if (other) faults.push(heldFault(ledger, { by }, address, other));
    else keep(member, address);
    givenTo.set(formatAddress(address), member.host);
  }
  if (faults.length > 0 || set.isPartlyUnknown) return { addresses, faults };
  if (homeless.length === 0) return { addresses, faults };
  const origin = set.start ? { start: set.start } : set.placement === "lowest" ? "lowest" : { name: owner.resource };
  const placed = proposeBeside<Placements>(
    ledger,
    owner.stack,
    homeless.map(({ claimName }) => claimName),
    (free) => placeConsecutive(free, homeless.length, origin),
    (addresses) => ({ kind: "placed", addresses }),
  );
  if (!placed) return { addresses, faults };
  if (placed.kind === "exhausted") {
    return { addresses, faults: [wording.exhausted(ledger.name, placed.used, placed.total, homeless.length)] };
  }
  for (const [index, member] of homeless.entries()) keep(member, placed.addresses[index]!);
  return { addresses, faults };
}

/** What a run that was killed before it wrote state has left behind, or an entry made by hand. */
function foundAddress(ledger: Ledger, claim: string): Address | undefined {
  return ledger.locksOf(claim)[0]?.address ?? ledger.entryOf(claim) ?? ledger.promiseOf(claim);
}
