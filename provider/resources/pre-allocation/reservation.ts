/** The reservation of a PreAllocation or a PreAllocationSet. A PreAllocation is a set of one. */
import type { ClaimKind } from "../../api/claim";
import type { PropertyPath } from "../../api/property-path";
import type { Address } from "../../core/address";
import type { SetOrigin } from "../../core/placement";
import type { AddressQuestion, ClaimFault, Declarer, Wanted } from "../../ipam/ipam";
import type { CheckFailure } from "../handler";
import type { Pin } from "../reserved-pins";

export interface Member {
  /** The name in the program: the host, or the claim. */
  readonly host: string;
  readonly claimName: string;
  /** Its place in the program: `["hosts", 3]`. */
  readonly path: PropertyPath;
  readonly pin: Address | undefined;
  readonly pinPath: PropertyPath;
}

export interface Reservation {
  readonly namespace: string;
  /** The name of the pool. */
  readonly name: string;
  readonly members: readonly Member[];
  /** The path of a fault that concerns all members. */
  readonly path: PropertyPath;
  /** The start for new members. Undefined if create decides: the list is partly unknown, or the order of creates matters. */
  readonly origin: SetOrigin | undefined;
  readonly placement: "byName" | "lowest";
  readonly fallback: "error" | "next";
  readonly adopt: boolean;
  readonly claimKind: ClaimKind;
}

/** `promised`: the addresses in state, by claim. */
export function questionOf(
  { members, origin, fallback }: Reservation,
  by: Declarer,
  promised: ReadonlyMap<string, Address>,
): AddressQuestion {
  const claims = members.map(({ host, claimName, pin }) => ({ claim: claimName, host, pin }));
  return { by, claims, promised, entries: true, fallback, origin };
}

export function pinsOf({ members }: Reservation): Pin[] {
  return members.flatMap(({ claimName, pin, pinPath }) =>
    pin ? [{ claim: claimName, address: pin, path: pinPath }] : [],
  );
}

/** Puts each fault at its property: at the pin if it is the cause, else where the program names the member. */
export function failuresOf({ members, path }: Reservation, faults: readonly ClaimFault[]): CheckFailure[] {
  const byClaim = new Map(members.map((member) => [member.claimName, member]));
  return faults.map(({ claim, isPin, reason }) => {
    const member = byClaim.get(claim ?? "");
    return { path: (isPin ? member?.pinPath : member?.path) ?? path, reason };
  });
}

/** `shown`: the addresses of the checked inputs. `stated`: those of state. `isHeld`: whether the owner has the claim already. */
export function wantedOf(
  { members, placement, fallback }: Reservation,
  known: {
    readonly shown: ReadonlyMap<string, Address | undefined>;
    readonly stated: ReadonlyMap<string, Address | undefined>;
    readonly isHeld: (claim: string) => boolean;
    readonly firm: boolean;
  },
): Map<string, Wanted> {
  return new Map(
    members.map(({ host, claimName, pin }): [string, Wanted] => [
      claimName,
      {
        address: known.shown.get(claimName) ?? pin ?? known.stated.get(claimName),
        firm: known.firm || known.isHeld(claimName) || (pin !== undefined && fallback !== "next"),
        origin: placement === "lowest" ? "lowest" : { name: host },
      },
    ]),
  );
}
