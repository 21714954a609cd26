/**
 * Metal3's own way to ask for an address, the annotation `ipAddress`: it means what `address` means. What asks for nothing
 * that can be given stays in the annotations, and check says what is wrong with it.
 */
import { addressText } from "../../api/address-text";
import { readWith } from "../../api/fault";
import { REQUESTED_ADDRESS_ANNOTATION as KEY } from "../../api/metal3/ip-claim";
import { type Address, formatAddress } from "../../core/address";
import { present } from "../arguments";
import { type CheckFailure, type Properties, UNKNOWN } from "../handler";
import { claimWording } from "./wording";

/** The claim's words with `address` in the annotation's place. */
export function withRequestedAddress(news: Properties, olds: Properties | undefined): Properties {
  const { [KEY]: requested, ...others } = annotationsOf(news);
  if (requested === undefined || isOverwritten(requested, olds)) return news;
  const address = requested === "" ? news.address : addressIn(requested);
  const isOne = news.address === undefined || news.address === address;
  if (requested !== "" && (address === undefined || !isOne)) return news;
  return present({ ...news, address, annotations: Object.keys(others).length > 0 ? others : undefined });
}

/** `address`: what the program says beside it. */
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

/** `address`: what the claim has, or is to have. */
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

/** An earlier version has put its own proposal over the annotation, and kept this one in state. */
function isOverwritten(requested: unknown, olds: Properties | undefined): boolean {
  return requested !== undefined && olds !== undefined && annotationsOf(olds)[KEY] === requested;
}

/** Canonical; undefined for what is no address. */
function addressIn(requested: unknown): unknown {
  if (requested === UNKNOWN) return UNKNOWN;
  const read = readWith(addressText, requested);
  return read.ok ? formatAddress(read.value) : undefined;
}

function annotationsOf({ annotations }: Properties): Properties {
  return typeof annotations === "object" && annotations !== null ? (annotations as Properties) : {};
}
