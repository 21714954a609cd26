/** Which addresses a resource has, as its outputs say it: what a door tells of their changes. */
import type { Properties } from "./handler";

export interface HeldAddress {
  /** `namespace/name`. */
  readonly pool: string;
  readonly claim: string;
  /** How the program calls it: the host, or the claim. */
  readonly label: string;
  /** UNKNOWN where only the update will know. */
  readonly address: unknown;
}

/** `claim`: the property that names it. Nothing of what is not known where. */
export function oneAddress(claim: string): (outputs: Properties) => HeldAddress[] {
  return ({ namespace, pool, host, address, [claim]: name }) => {
    const isKnown = address !== undefined && address !== null && typeof name === "string";
    return isKnown ? inPool({ namespace, pool }, [{ claim: name, label: String(host ?? name), address }]) : [];
  };
}

/** Of a map from a name to an address. `claimOf`: the claim behind it. */
export function addressesIn(
  where: Place,
  addresses: unknown,
  claimOf: (name: string) => string = (name) => name,
): HeldAddress[] {
  if (typeof addresses !== "object" || addresses === null) return [];
  const held = Object.entries(addresses).map(([name, address]) => ({ claim: claimOf(name), label: name, address }));
  return inPool(where, held);
}

interface Place {
  readonly namespace?: unknown;
  readonly pool?: unknown;
}

function inPool({ namespace, pool }: Place, held: readonly Omit<HeldAddress, "pool">[]): HeldAddress[] {
  if (typeof namespace !== "string" || typeof pool !== "string") return [];
  return held.map((one) => ({ ...one, pool: `${namespace}/${pool}` }));
}
