/**
 * The annotation `ipAddress` is Metal3's own way to ask for an address. It means the same as `address`. A value that cannot
 * be given stays in the annotations, and check reports its fault.
 */
import { addressText } from "../../api/address-text";
import { readWith } from "../../api/fault";
import { REQUESTED_ADDRESS_ANNOTATION as KEY } from "../../api/metal3/ip-claim";
import { type Address, formatAddress } from "../../core/address";
import { present } from "../arguments";
import { type CheckFailure, type Properties, UNKNOWN } from "../handler";
import { claimWording } from "./wording";

/** The claim's inputs with `address` instead of the annotation. */
export function withRequestedAddress(news: Properties, olds: Properties | undefined): Properties {
  const { [KEY]: requested, ...others } = annotationsOf(news);
  if (requested === undefined || isOverwritten(requested, olds)) return news;
  const address = requested === "" ? news.address : addressIn(requested);
  const isOne = news.address === undefined || news.address === address;
  if (requested !== "" && (address === undefined || !isOne)) return news;
  return present({ ...news, address, annotations: Object.keys(others).length > 0 ? others : undefined });
}

/** `address`: the other way to ask, if the program uses it as well. */
export function requestFailures(
  news: Properties,
  olds: Properties | undefined,
  address: Address | undefined,
): CheckFailure[] {
  const requested = annotationsOf(news)[KEY];
  if (typeof requested !== "string" || isOverwritten(requested, olds)) return [];
  const read = readWith(addressText, requested);
  if (!read.ok) return read.faults.map(({ reason }) => ({ path: ["annotations", KEY], reason }));
  const reason = claimWording.requestedTwice(formatAddress(read.value), address && formatAddress(address));
  return [{ path: ["annotations", KEY], reason }];
}

/** `address`: the address that the claim has, or will have. */
export function requestWarnings(
  claim: string,
  news: Properties,
  olds: Properties | undefined,
  address: Address | undefined,
): string[] {
  const requested = annotationsOf(news)[KEY];
  const has = address && formatAddress(address);
  if (!isOverwritten(requested, olds) || has === undefined || addressIn(requested) === has) return [];
  return [claimWording.requestIgnoredBefore(claim, KEY, has, String(requested))];
}

/** An earlier version overwrote the annotation with its own proposal, and kept the original in state. */
function isOverwritten(requested: unknown, olds: Properties | undefined): boolean {
  return requested !== undefined && olds !== undefined && annotationsOf(olds)[KEY] === requested;
}

/** The canonical text. Undefined if the value is not an address. */
function addressIn(requested: unknown): unknown {
  if (requested === UNKNOWN) return UNKNOWN;
  const read = readWith(addressText, requested);
  return read.ok ? formatAddress(read.value) : undefined;
}

function annotationsOf({ annotations }: Properties): Properties {
  return typeof annotations === "object" && annotations !== null ? (annotations as Properties) : {};
}
