/** Drift: where the backend differs from what was last set (not from what is now wanted). One line for each place. */
import { pathText } from "../../api/fault";
import { NETWORK_FIELDS } from "../../api/ip-pool";
import type { Manifest } from "../../api/meta";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import type { Ledger } from "./ledger";
import { isWellNamed, type Lock } from "./lock";

/** `spec.gateway: live 10.0.0.9, last set 10.0.0.1 (hand edit, 2026-11-21T09:30:00Z)`. */
export function driftLine(path: string, live: unknown, lastSet: unknown, author = ""): string {
  return `${path}: live ${shown(live)}, last set ${shown(lastSet)}${author}`;
}

export function goneLine(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}: gone`;
}

/** ` (manager, time)` of the last write that the backend knows the author of, or nothing. */
export function authorText(object: Manifest): string {
  const writes = (object.metadata.managedFields ?? []).filter((write) => write.time !== undefined);
  const last = writes.sort((a, b) => (a.time ?? "").localeCompare(b.time ?? "")).at(-1);
  return last ? ` (${last.manager ?? "unknown"}, ${last.time})` : "";
}

/** Where two JSON values differ, each leaf at its path; a member that only one side has is "absent" on the other. */
export function differences(
  path: readonly (string | number)[],
  live: unknown,
  lastSet: unknown,
  author = "",
): string[] {
  if (JSON.stringify(live) === JSON.stringify(lastSet)) return [];
  if (isContainer(live) && isContainer(lastSet) && Array.isArray(live) === Array.isArray(lastSet)) {
    const keys = [...new Set([...Object.keys(live), ...Object.keys(lastSet)])];
    return keys.flatMap((key) => {
      const step = Array.isArray(live) ? Number(key) : key;
      return differences([...path, step], live[key], lastSet[key], author);
    });
  }
  return [driftLine(pathText(path), live, lastSet, author)];
}

/** What was last set for one claim. */
export interface LastSet {
  readonly address: Address;
  /** Absent where only the address is known. */
  readonly network?: object;
}

/**
 * How the lock and the entry of a claim differ from what was last set. A lock that went with its node, while the
 * entry stands, is no drift; without an entry to stand for it (an IPClaim) it is.
 */
export function claimDrift(ledger: Ledger, claim: string, lastSet: LastSet, hasEntry: boolean): string[] {
  const pool = ledger.pool;
  const { namespace, name } = ledger.name;
  if (!pool) return [goneLine("IPPool", namespace, name)];
  const lines: string[] = [];
  const entry = ledger.entryOf(claim);
  const isIntact = hasEntry && entry !== undefined && sameAddress(entry, lastSet.address);
  if (hasEntry && !isIntact) {
    const path = `IPPool ${namespace}/${name} ${pathText(["spec", "preAllocations", claim])}`;
    lines.push(driftLine(path, entry && formatAddress(entry), formatAddress(lastSet.address), authorText(pool.object)));
  }
  const locks = ledger.locksOf(claim);
  const good = locks.find((lock) => sameAddress(lock.address, lastSet.address) && isWellNamed(lock, pool));
  for (const lock of locks) if (lock !== good) lines.push(lockLine(lock, lastSet.address));
  if (locks.length === 0 && !isIntact)
    lines.push(`IPAddress of claim ${claim} (${formatAddress(lastSet.address)}): gone`);
  if (good && lastSet.network) lines.push(...networkDrift(good, lastSet.network));
  return lines;
}

function lockLine(lock: Lock, promised: Address): string {
  const path = `IPAddress ${lock.namespace}/${lock.name} spec.address`;
  return driftLine(path, formatAddress(lock.address), formatAddress(promised), authorText(lock.object));
}

function networkDrift(lock: Lock, lastSet: object): string[] {
  const spec = lock.object.spec as Record<string, unknown>;
  const live = Object.fromEntries(NETWORK_FIELDS.map((field) => [field, spec[field]]));
  const last = { ...Object.fromEntries(NETWORK_FIELDS.map((field) => [field, undefined])), ...lastSet };
  const lines = differences(["spec"], live, last, authorText(lock.object));
  return lines.map((line) => `IPAddress ${lock.namespace}/${lock.name} ${line}`);
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "absent";
  return typeof value === "string" ? value : JSON.stringify(value);
}
