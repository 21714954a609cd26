/**
 * What has to change for one claim: a pure decision from what is recorded, held, wanted and alive.
 *
 *   recorded                      wanted    the claim     action
 *   lock and entry at A           A                       keep
 *   entry at A, no lock           A                       keep: the lock is written with everything else
 *   lock at A, no entry           A                       complete
 *   nothing                       A, or any               acquire
 *   lock of another owner at A    A, adopt                adopt
 *   lock of another owner         A                       refuse: held
 *   lock or entry at A            B         not in use    move
 *   lock or entry at A            B         in use        refuse: inUse
 *   lock at B by hand, entry A    A         in use        repair: the entry alone, for the host's next life
 *   lock at A, entry at B         A                       complete: the entry goes with the lock
 *   anything held at A            nothing                 release: an update marks it, and the end of the run releases it
 *
 * The same table serves a reconciliation of a thousand claims and one claim that has lost a race and asks again.
 */
import { type Address, formatAddress, sameAddress } from "../../core/address";

/** The relation of a lock to one owner. */
export type Ownership =
  /** The owner may take it over: its token, its stack's marks, or `adopt`. */
  | "own"
  /** It has no marks: made by hand. */
  | "unmarked"
  /** It has no marks and belongs to a live claim: Metal3's controller made it. */
  | "controllers"
  | "anothers";

export interface RecordedLock {
  readonly address: Address;
  readonly ownership: Ownership;
  /** True where the owner may take it over only because it adopts. */
  readonly isAdopted: boolean;
  /** The owner of the lock, for messages. */
  readonly owner: string;
}

export interface ClaimFacts {
  readonly locks: readonly RecordedLock[];
  /** The address in the pool's preAllocations. */
  readonly entry: Address | undefined;
  /** What this owner holds, as its lock or else state says. */
  readonly held: Address | undefined;
  /** What state promises. It differs from `held` where somebody has moved the lock. */
  readonly promised: Address | undefined;
  /** undefined: the claim is not wanted any more. `address` undefined: any free one. */
  readonly wanted: { readonly address: Address | undefined; readonly firm: boolean } | undefined;
  /** Whether an entry goes with the lock: not for an IPClaim. */
  readonly keepsEntry: boolean;
  /** Whether the claim is in use. `needsLiveness` says where it matters. */
  readonly isAlive: boolean;
}

export type ClaimAction =
  | { readonly kind: "keep" | "complete" | "adopt" | "repair"; readonly to: Address }
  | { readonly kind: "acquire"; readonly to: Address | undefined }
  | { readonly kind: "move"; readonly from: Address; readonly to: Address }
  | { readonly kind: "release"; readonly from: Address }
  | { readonly kind: "refuse"; readonly because: "held"; readonly lock: RecordedLock }
  | { readonly kind: "refuse"; readonly because: "inUse"; readonly from: Address; readonly to: Address }
  /** Nothing is recorded, and nothing is wanted. */
  | { readonly kind: "none" };

/** `goals`: the addresses that the owner wants for any of its claims, as `formatAddress` writes them. */
export function planClaim(facts: ClaimFacts, goals: ReadonlySet<string>): ClaimAction {
  const { held, wanted } = facts;
  if (!wanted) return held ? { kind: "release", from: held } : { kind: "none" };
  const barrier = barrierOf(facts);
  if (barrier) return { kind: "refuse", because: "held", lock: barrier };
  const to = targetOf(facts);
  if (!to) return { kind: "acquire", to };
  if (isLeftAlone(facts, to)) return { kind: "repair", to };
  const from = formerAddress(facts, to, goals);
  if (from) return facts.isAlive ? { kind: "refuse", because: "inUse", from, to } : { kind: "move", from, to };
  const lock = facts.locks.find(({ address }) => sameAddress(address, to));
  const isEntered = facts.entry !== undefined && sameAddress(facts.entry, to);
  if (lock?.isAdopted) return { kind: "adopt", to };
  if (isEntered || (lock && !facts.keepsEntry)) return { kind: "keep", to };
  return lock ? { kind: "complete", to } : { kind: "acquire", to };
}

/** Whether the plan depends on `isAlive`, which costs a request. */
export function needsLiveness(facts: ClaimFacts, goals: ReadonlySet<string>): boolean {
  const [alive, idle] = [true, false].map((isAlive) => planClaim({ ...facts, isAlive }, goals).kind);
  return alive !== idle;
}

/** A lock of the claim that this owner may not take. One without marks is the owner's if it holds the claim already. */
export function barrierOf({ locks, held }: ClaimFacts): RecordedLock | undefined {
  return locks.find(({ ownership }) => ownership === "anothers" || (ownership !== "own" && held === undefined));
}

/**
 * The wanted address. Without one, what is there already, which an update that was killed has left. What the check has
 * shown goes before a lock of a killed update, and before an entry that was edited since.
 */
export function targetOf({ locks, entry, held, wanted, keepsEntry }: ClaimFacts): Address | undefined {
  if (!wanted || wanted.address) return wanted?.address;
  const own = locks.find(({ ownership }) => ownership === "own")?.address;
  return (held || wanted.firm ? undefined : own) ?? (keepsEntry ? entry : undefined);
}

/** The program leaves the claim where it is, and somebody has put the lock of the live host elsewhere: that is drift. */
function isLeftAlone({ locks, promised, keepsEntry, isAlive }: ClaimFacts, to: Address): boolean {
  const isUnmoved = promised !== undefined && sameAddress(promised, to);
  return isAlive && keepsEntry && isUnmoved && locks.some(({ address }) => !sameAddress(address, to));
}

/** The address that the claim has had until now, if it is another one. The controller's own locks go with their claims. */
function formerAddress(facts: ClaimFacts, to: Address, goals: ReadonlySet<string>): Address | undefined {
  const { locks, held, entry } = facts;
  const before = locks.filter((lock) => mayMove(lock, facts)).map(({ address }) => address);
  if (held) before.push(held);
  // An update was killed half-way through a move: the entry stands where another of the owner's claims has to go.
  if (held && entry && goals.has(formatAddress(entry))) before.push(entry);
  return before.find((address) => !sameAddress(address, to));
}

/** Whether a lock of the claim goes where the claim has to be elsewhere. */
export function mayMove(
  { ownership }: RecordedLock,
  { held, keepsEntry }: Pick<ClaimFacts, "held" | "keepsEntry">,
): boolean {
  return ownership === "own" || (ownership === "unmarked" && keepsEntry && held !== undefined);
}
