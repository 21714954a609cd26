import { NETWORK_FIELDS, type NetworkText, networkText } from "../api/metal3/ip-pool";
import { type Address, formatAddress, parseAddress } from "../core/address";
import { networkOf, type Pool } from "../core/pool";
import { present } from "./arguments";
import { type Properties, UNKNOWN } from "./handler";

/** What a host needs to know of its address: outputs of PreAllocation and IPClaim, and rows of a set. */
export interface AllocationText extends NetworkText {
  readonly address: string;
}

export function allocationText(pool: Pool | undefined, address: Address): AllocationText {
  const network = pool && networkOf(pool, address);
  return { address: formatAddress(address), ...(network && networkText(network)) };
}

/**
 * A program's own words, where an earlier check has filled the rest in, `filled` among it; and the address that it has
 * filled in.
 */
export function asSaid(news: Properties, filled: readonly string[]): { said: Properties; shown: Address | undefined } {
  if (news.pinned === undefined) return { said: news, shown: undefined };
  const address = news.pinned === true ? [] : ["address"];
  const notSaid = new Set(["pinned", "byHand", ...NETWORK_FIELDS, ...filled, ...address]);
  const said = Object.entries(news).filter(([property]) => !notSaid.has(property));
  return { said: present(Object.fromEntries(said)), shown: storedAddress(news.address) };
}

/** Before the update: what the pool of a known address does not give is null, and without the address all is UNKNOWN. */
export function previewedAllocation({ address, ...inputs }: Properties): Properties {
  // The pin may be taken, and then it depends on the order of siblings what it falls back to.
  const isOpen = inputs.pinned === true && inputs.fallback === "next" && (inputs.placement ?? "byName") !== "byName";
  const isKnown = address !== undefined && address !== UNKNOWN && !isOpen;
  const network = NETWORK_FIELDS.map((field) => [field, isKnown ? (inputs[field] ?? null) : UNKNOWN]);
  return { address: isKnown ? address : UNKNOWN, ...Object.fromEntries(network) };
}

/**
 * Inputs that hold the promise. Where order or the controller decided, only create knew the address: outputs have it, until
 * a read finds something else.
 */
export function promisedInputs(inputs: Properties, state: Properties): Properties {
  if (inputs.address !== undefined || state.address === undefined) return inputs;
  const filled = ["address", ...NETWORK_FIELDS, "addressName"].filter((field) => state[field] !== undefined);
  return { ...inputs, ...Object.fromEntries(filled.map((field) => [field, state[field]])) };
}

/** An address out of state: what this provider has written itself, so anything else is treated as absent. */
export function storedAddress(value: unknown): Address | undefined {
  if (typeof value !== "string") return undefined;
  const parsed = parseAddress(value);
  return parsed.ok ? parsed.value : undefined;
}

export function storedText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
