/** Facts of one claim as tests write them. Addresses are the letters A and B, and omitted facts are absent. */
import { type Address, formatAddress } from "../../provider/core/address";
import type { ClaimAction, ClaimFacts, Ownership, RecordedLock } from "../../provider/ipam/plan/claim-plan";
import { address } from "../core/written";

export type Letter = "A" | "B";

const ADDRESSES: Readonly<Record<Letter, Address>> = { A: address("10.0.0.1"), B: address("10.0.0.2") };
const LETTERS = new Map((["A", "B"] as const).map((letter) => [formatAddress(ADDRESSES[letter]), letter]));

export interface WrittenLock {
  readonly at: Letter;
  readonly ownership: Ownership;
  readonly isAdopted: boolean;
}

export interface WrittenFacts {
  readonly locks: readonly WrittenLock[];
  readonly entry: Letter | undefined;
  readonly held: Letter | undefined;
  readonly promised: Letter | undefined;
  /** `address` undefined: any. */
  readonly wanted: { readonly address: Letter | undefined; readonly firm: boolean } | undefined;
  readonly keepsEntry: boolean;
  readonly isAlive: boolean;
  /** The owner's wish for any of its claims. */
  readonly goals: readonly Letter[];
}

/** An action with letters for addresses. */
export type WrittenAction =
  | { readonly kind: "none" }
  | { readonly kind: "keep" | "complete" | "adopt" | "repair"; readonly to: Letter }
  | { readonly kind: "acquire"; readonly to: Letter | undefined }
  | { readonly kind: "move"; readonly from: Letter; readonly to: Letter }
  | { readonly kind: "release"; readonly from: Letter }
  | { readonly kind: "refuse"; readonly because: "held"; readonly lock: Letter }
  | { readonly kind: "refuse"; readonly because: "inUse"; readonly from: Letter; readonly to: Letter };

export const atLetter = (letter: Letter): Address => ADDRESSES[letter];
const maybe = (letter: Letter | undefined) => letter && ADDRESSES[letter];

export function recorded({ at, ownership, isAdopted }: WrittenLock): RecordedLock {
  return { address: ADDRESSES[at], ownership, isAdopted, owner: `the owner of ${at}` };
}

export function factsOf({ locks, entry, held, promised, wanted, keepsEntry, isAlive }: WrittenFacts): ClaimFacts {
  return {
    locks: locks.map(recorded),
    entry: maybe(entry),
    held: maybe(held),
    promised: maybe(promised),
    wanted: wanted && { address: maybe(wanted.address), firm: wanted.firm },
    keepsEntry,
    isAlive,
  };
}

export function goalsOf({ goals }: WrittenFacts): ReadonlySet<string> {
  return new Set(goals.map((letter) => formatAddress(ADDRESSES[letter])));
}

/** The action with letters. It keeps every field, so that a wrong one is visible. */
export function written(action: ClaimAction): WrittenAction {
  const plain = Object.entries(action).map(([key, value]) => [key, letterOf(value)]);
  return Object.fromEntries(plain) as WrittenAction;
}

function letterOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const at = "address" in value ? (value as RecordedLock).address : (value as Address);
  return LETTERS.get(formatAddress(at));
}
