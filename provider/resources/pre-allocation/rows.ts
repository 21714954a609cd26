/** The address and network of each host of a reservation, in inputs and state. */
import type { Address } from "../../core/address";
import type { LastSet } from "../../ipam/ipam";
import { type AllocationText, storedAddress } from "../allocation";
import { present } from "../arguments";

/** `address` and the network are absent if a refresh found nothing. */
export interface Row extends Partial<AllocationText> {
  readonly host: string;
  readonly claimName: string;
}

/** claim → address. */
export function statedIn(rows: readonly Row[]): Map<string, Address | undefined> {
  return new Map(rows.map((row) => [row.claimName, storedAddress(row.address)]));
}

/** The address and network that were last set for a claim, and its host. */
export interface HostPromise extends LastSet {
  readonly host: string;
}

export type Promises = ReadonlyMap<string, HostPromise>;

/** The rows with an address, by claim. */
export function promisesIn(rows: readonly Row[]): Map<string, HostPromise> {
  const promises = new Map<string, HostPromise>();
  for (const { host, claimName, address, prefix, gateway, dnsServers } of rows) {
    const parsed = storedAddress(address);
    if (parsed) promises.set(claimName, { host, address: parsed, network: present({ prefix, gateway, dnsServers }) });
  }
  return promises;
}

export function addressesOf(promises: Promises): Map<string, Address> {
  return new Map([...promises].map(([claim, { address }]) => [claim, address]));
}

/**
 * The promises before an update. A refresh may have read drift or nothing, so the inputs come first. A claim with a new pin
 * keeps the old promise, because it has to move from there.
 */
export function statedBefore(
  olds: readonly Row[],
  oldInputs: readonly Row[],
  news: readonly Row[],
  isPinned: (claim: string) => boolean,
): Map<string, Address | undefined> {
  const stated = statedIn(olds);
  for (const [claim, address] of statedIn(oldInputs)) stated.set(claim, address ?? stated.get(claim));
  for (const [claim, address] of statedIn(news)) {
    const isOpen = stated.has(claim) && (!stated.get(claim) || !isPinned(claim));
    if (address && isOpen) stated.set(claim, address);
  }
  return stated;
}
