/**
 * The decision what has to change for one claim: a pure function of what is recorded, held, wanted and alive.
 *
 *   recorded                      wanted    the claim     action
 *   lock and entry at A           A                       keep
 *   entry at A, no lock           A                       keep, and write the lock
 *   lock at A, no entry           A                       complete
 *   nothing                       A, or any               acquire
 *   lock of another owner at A    A, adopt                adopt
 *   lock of another owner         A                       refuse: held
 *   lock or entry at A            B         not in use    move
 *   lock or entry at A            B         in use        refuse: inUse
 *   lock at B by hand, entry A    A         in use        repair: only the entry, for the host's next life
 *   lock at A, entry at B         A                       complete: move the entry to A
 *   anything held at A            nothing                 release: an update marks it, the end of the run releases it
 *
 * A reconciliation of a thousand claims uses this table. So does a single claim that has lost a race and asks again.
 */
import { type Address, formatAddress, sameAddress } from "../../core/address";

/** The relation between a lock and one owner. */
export type Ownership =
  /** The owner may take it over: its token, its stack's marks, or `adopt`. */
  | "own"
  /** It has no marks, because it was made by hand. */
  | "unmarked"
  /** It has no marks and belongs to a live claim, because Metal3's controller created it. */
  | "controllers"
  | "anothers";

export interface RecordedLock {
  readonly address: Address;
  readonly ownership: Ownership;
  /** True if the owner may take it over only because it adopts. */
  readonly isAdopted: boolean;
  /** The owner of the lock, for messages. */
  readonly owner: string;
}

export interface ClaimFacts {
  readonly locks: readonly RecordedLock[];
  /** The address in the pool's preAllocations. */
  readonly entry: Address | undefined;
  /** The address that this owner holds, by its lock or else by state. */
  readonly held: Address | undefined;
  /** The address that state promises. It differs from `held` if a user has moved the lock. */
  readonly promised: Address | undefined;
  /** Undefined if the claim is no longer wanted. `address` is undefined if any free address will do. */
  readonly wanted: { readonly address: Address | undefined; readonly firm: boolean } | undefined;
  /** Whether each lock has an entry. False for an IPClaim. */
  readonly keepsEntry: boolean;
  /** Whether the claim is in use. `needsLiveness` tells whether it matters. */
  readonly isAlive: boolean;
}

export type ClaimAction =
  | { readonly kind: "keep" | "complete" | "adopt" | "repair"; readonly to: Address }
  | { readonly kind: "acquire"; readonly to: Address | undefined }
  | { readonly kind: "move"; readonly from: Address; readonly to: Address }
  | { readonly kind: "release"; readonly from: Address }
  | { readonly kind: "refuse"; readonly because: "held"; readonly lock: RecordedLock }
  | { readonly kind: "refuse"; readonly because: "inUse"; readonly from: Address; readonly to: Address }
  /** Nothing is held, and nothing is wanted. */
  | { readonly kind: "none" };

/** `goals`: the addresses that the owner wants for any of its claims, in the form of `formatAddress`. */
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

/** Whether the plan depends on `isAlive`, which costs a request to find out. */
export function needsLiveness(facts: ClaimFacts, goals: ReadonlySet<string>): boolean {
  const [alive, idle] = [true, false].map((isAlive) => planClaim({ ...facts, isAlive }, goals).kind);
  return alive !== idle;
}

/** A lock of the claim that this owner may not take. A lock without marks is the owner's if it already holds the claim. */
export function barrierOf({ locks, held }: ClaimFacts): RecordedLock | undefined {
  return locks.find(({ ownership }) => ownership === "anothers" || (ownership !== "own" && held === undefined));
}

/**
 * The wanted address. If none is given, the existing address that a killed update has left. An address that the check has
 * shown has priority over the lock of a killed update, and over an entry that was edited later.
 */
export function targetOf({ locks, entry, held, wanted, keepsEntry }: ClaimFacts): Address | undefined {
  if (!wanted || wanted.address) return wanted?.address;
  const own = locks.find(({ ownership }) => ownership === "own")?.address;
  return (held || wanted.firm ? undefined : own) ?? (keepsEntry ? entry : undefined);
}

/** True if the program does not move the claim, but the lock of its live host has another address. That is drift. */
function isLeftAlone({ locks, promised, keepsEntry, isAlive }: ClaimFacts, to: Address): boolean {
  const isUnmoved = promised !== undefined && sameAddress(promised, to);
  return isAlive && keepsEntry && isUnmoved && locks.some(({ address }) => !sameAddress(address, to));
}

/** The claim's former address, if it is another one. The controller's own locks are deleted with their claims. */
function formerAddress(facts: ClaimFacts, to: Address, goals: ReadonlySet<string>): Address | undefined {
  const { locks, held, entry } = facts;
  const before = locks.filter((lock) => mayMove(lock, facts)).map(({ address }) => address);
  if (held) before.push(held);
  // An update was killed during a move: the entry has the address that another of the owner's claims is to get.
  if (held && entry && goals.has(formatAddress(entry))) before.push(entry);
  return before.find((address) => !sameAddress(address, to));
}

/** Whether a lock may be removed because its claim moves to another address. */
export function mayMove(
  { ownership }: RecordedLock,
  { held, keepsEntry }: Pick<ClaimFacts, "held" | "keepsEntry">,
): boolean {
  return ownership === "own" || (ownership === "unmarked" && keepsEntry && held !== undefined);
}
