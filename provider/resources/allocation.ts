import { NETWORK_FIELDS, type NetworkText, networkText } from "../api/metal3/ip-pool";
import { type Address, formatAddress, parseAddress } from "../core/address";
import { networkOf, type Pool } from "../core/pool";
import { present, without } from "./arguments";
import { type Properties, UNKNOWN } from "./handler";
import { HIDDEN_INPUTS } from "./hidden";

/** What a host needs to know of its address: outputs of PreAllocation and IPClaim, and rows of a set. */
export interface AllocationText extends NetworkText {
  readonly address: string;
}

export function allocationText(pool: Pool | undefined, address: Address): AllocationText {
  const network = pool && networkOf(pool, address);
  return { address: formatAddress(address), ...(network && networkText(network)) };
}

/**
 * A program's own words, where an earlier check has put `filled` beside them; and the address that it has filled in, if the
 * program did not pin one.
 */
export function asSaid(news: Properties, filled: readonly string[]): { said: Properties; shown: Address | undefined } {
  if (news.pinned === undefined) return { said: news, shown: undefined };
  const address = news.pinned === true ? [] : ["address"];
  const said = without(news, [...HIDDEN_INPUTS, ...filled, ...address]);
  return { said: present(said), shown: storedAddress(news.address) };
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
 * Inputs that hold the promise. Where order or the controller decided, only create knew the address and the properties that
 * are `computed` with it: outputs have them, until a read finds something else.
 */
export function promisedInputs(inputs: Properties, state: Properties, computed: readonly string[]): Properties {
  if (inputs.address !== undefined || state.address === undefined) return inputs;
  const filled = ["address", ...computed].filter((field) => state[field] !== undefined);
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
