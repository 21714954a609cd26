/** Locks that the updates of a run give up in one pool. They are marked `releasing` until the run is over. */
import type { Address } from "../../core/address";
import type { Lock } from "../metal3/lock";
import { isOfStack, type Origin, type Releasing, releasingOf } from "../metal3/marks";
import type { Owner } from "../metal3/owner";
import type { PoolView } from "./pool-view";

/** Claims that are released together, because their locks carry one owner's token. */
export interface GivenUpClaims {
  readonly owner: Owner;
  readonly claims: ReadonlyMap<string, Address>;
}

export interface Inherited {
  readonly address: Address;
  /** The take-over removes this entry. After a killed move it has another address than the lock. */
  readonly entry: Address | undefined;
  readonly giveBack: () => Promise<void>;
}

/** The claims that this process has given up. */
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

/**
 * Locks that an earlier run of this stack gave up and did not release, because it failed or was stopped. `run`: the current
 * run.
 */
export function leftoversOf(view: PoolView, by: Origin, run: string | undefined): Leftover[] {
  return view.locks.givenUp().flatMap((lock): Leftover[] => {
    const releasing = releasingOf(lock.marks);
    const { claimName } = lock;
    const isLeft = releasing !== undefined && releasing.run !== run && isOfStack(lock.marks, by);
    return isLeft && claimName !== undefined ? [{ ...lock, claimName, releasing }] : [];
  });
}

/**
 * The leftovers that the program has not declared so far, although the resource that gave them up has been checked. An
 * update with a few targets does not see what the rest of its program declares. `releasable`: an earlier run has also found
 * it undeclared.
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

/** The owner of a leftover, according to its lock. */
export function ownerOf({ marks: { token = "", resource }, claimKind }: Leftover, by: Origin): Owner {
  return { ...by, kind: "PreAllocationSet", resource, token, adopt: false, claimKind };
}

/** All claims that this stack has given up in any run and that the program does not declare. */
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
