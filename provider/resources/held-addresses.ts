/** The addresses of a resource, as its outputs name them. A door reports their changes. */
import type { Properties } from "./handler";

export interface HeldAddress {
  /** `namespace/name`. */
  readonly pool: string;
  readonly claim: string;
  /** The name in the program: the host, or the claim. */
  readonly label: string;
  /** UNKNOWN if it is known only after the update. */
  readonly address: unknown;
}

/** `claim`: the property with the name of the claim. Empty if the address, the claim or the pool is not known. */
export function oneAddress(claim: string): (outputs: Properties) => HeldAddress[] {
  return ({ namespace, pool, host, address, [claim]: name }) => {
    const isKnown = address !== undefined && address !== null && typeof name === "string";
    return isKnown ? inPool({ namespace, pool }, [{ claim: name, label: String(host ?? name), address }]) : [];
  };
}

/** The addresses in a map from name to address. `claimOf`: the claim of a name. */
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
