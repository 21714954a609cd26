import { NETWORK_FIELDS, type NetworkText, networkText } from "../api/metal3/ip-pool";
import { type Address, formatAddress, parseAddress } from "../core/address";
import { networkOf, type Pool } from "../core/pool";
import { present, without } from "./arguments";
import { type Properties, UNKNOWN } from "./handler";
import { HIDDEN_INPUTS } from "./hidden";

/** The address of a host and its network: outputs of PreAllocation and IPClaim, and rows of a set. */
export interface AllocationText extends NetworkText {
  readonly address: string;
}

export function allocationText(pool: Pool | undefined, address: Address): AllocationText {
  const network = pool && networkOf(pool, address);
  return { address: formatAddress(address), ...(network && networkText(network)) };
}

/**
 * `said`: the program's own inputs, without `filled` and the other properties that an earlier check added. `shown`: the
 * address that the check filled in, if the program did not pin one.
 */
export function asSaid(news: Properties, filled: readonly string[]): { said: Properties; shown: Address | undefined } {
  if (news.pinned === undefined) return { said: news, shown: undefined };
  const address = news.pinned === true ? [] : ["address"];
  const said = without(news, [...HIDDEN_INPUTS, ...filled, ...address]);
  return { said: present(said), shown: storedAddress(news.address) };
}

/**
 * The preview of an allocation. A network property that the pool does not give is null. Without an address all are UNKNOWN.
 */
export function previewedAllocation({ address, ...inputs }: Properties): Properties {
  // If the pin is taken, the fallback depends on the order of the siblings.
  const isOpen = inputs.pinned === true && inputs.fallback === "next" && (inputs.placement ?? "byName") !== "byName";
  const isKnown = address !== undefined && address !== UNKNOWN && !isOpen;
  const network = NETWORK_FIELDS.map((field) => [field, isKnown ? (inputs[field] ?? null) : UNKNOWN]);
  return { address: isKnown ? address : UNKNOWN, ...Object.fromEntries(network) };
}

/**
 * The inputs, completed with what create chose. If the order of creates or the controller decides the address, the checked
 * inputs do not have it. The outputs have it and the `computed` properties, until a read finds something else.
 */
export function promisedInputs(inputs: Properties, state: Properties, computed: readonly string[]): Properties {
  if (inputs.address !== undefined || state.address === undefined) return inputs;
  const filled = ["address", ...computed].filter((field) => state[field] !== undefined);
  return { ...inputs, ...Object.fromEntries(filled.map((field) => [field, state[field]])) };
}

/** An address in state. This provider wrote it, so anything else is treated as absent. */
export function storedAddress(value: unknown): Address | undefined {
  if (typeof value !== "string") return undefined;
  const parsed = parseAddress(value);
  return parsed.ok ? parsed.value : undefined;
}

export function storedText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
