/** What the updates of a run give up in one pool, until the run is over: locks that are marked `releasing`. */
import type { Address } from "../../core/address";
import type { Lock } from "../metal3/lock";
import { isOfStack, type Origin, type Releasing, releasingOf } from "../metal3/marks";
import type { Owner } from "../metal3/owner";
import type { PoolView } from "./pool-view";

/** Claims that go together, because one owner's token is on their locks. */
export interface GivenUpClaims {
  readonly owner: Owner;
  readonly claims: ReadonlyMap<string, Address>;
}

export interface Inherited {
  readonly address: Address;
  /** It goes with the taking over. A killed move has left it at another address than the lock. */
  readonly entry: Address | undefined;
  readonly giveBack: () => Promise<void>;
}

/** The part of them that this process has given up. */
export class GivenUp {
  private readonly byToken = new Map<string, { readonly owner: Owner; readonly claims: Map<string, Address> }>();
  /** Claims that an IPClaim takes over, with their locks. */
  readonly inherited = new Map<string, Inherited>();

  note(owner: Owner, claim: string, address: Address): void {
    const known = this.byToken.get(owner.token) ?? { owner, claims: new Map() };
    this.byToken.set(owner.token, known);
    known.claims.set(claim, address);
  }

  all(): readonly GivenUpClaims[] {
    return [...this.byToken.values()];
  }
}

export type Leftover = Lock & { readonly claimName: string; readonly releasing: Releasing };

/** `run`: the one that goes on now. Locks that an earlier run of this stack has given up, and that it has not released: it failed, or it was stopped. */
export function leftoversOf(view: PoolView, by: Origin, run: string | undefined): Leftover[] {
  return view.locks().flatMap((lock): Leftover[] => {
    const releasing = releasingOf(lock.marks);
    const { claimName } = lock;
    const isLeft = releasing !== undefined && releasing.run !== run && isOfStack(lock.marks, by);
    return isLeft && claimName !== undefined ? [{ ...lock, claimName, releasing }] : [];
  });
}

/**
 * Those that the program does not declare so far, though the resource that gave them up has been checked. An update of a few
 * targets does not see what the rest of its program declares. `releasable`: an earlier run has found that, too.
 */
export function undeclaredLeftovers(view: PoolView, by: Origin, run: string) {
  const undeclared = leftoversOf(view, by, run).filter(({ marks, claimName }) => {
    return view.declarations.isChecked(marks.resource) && !view.declarations.has(claimName);
  });
  return {
    releasable: grouped(
      by,
      undeclared.filter(({ releasing: { seenBy = run } }) => seenBy !== run),
      view,
    ),
    unseen: undeclared.filter(({ releasing }) => releasing.seenBy === undefined),
  };
}

/** The owner of a leftover, as its lock tells. */
export function ownerOf({ marks: { token = "", resource } }: Leftover, by: Origin): Owner {
  return { ...by, kind: "PreAllocationSet", resource, token, adopt: false };
}

/** All that this stack has given up in any run, and that the program does not declare. */
export function givenUpBy(view: PoolView, by: Origin): readonly GivenUpClaims[] {
  return grouped(by, leftoversOf(view, by, undefined), view);
}

function grouped(by: Origin, leftovers: readonly Leftover[], { declarations }: PoolView): readonly GivenUpClaims[] {
  const left = new GivenUp();
  for (const one of leftovers) {
    const { claimName, address } = one;
    if (declarations.has(claimName)) continue;
    left.note(ownerOf(one, by), claimName, address);
  }
  return left.all();
}
