/**
 * A pool's terms: the settings of a program for which Metal3 has no field. They are annotations of the IPPool, so that other
 * stacks, imports and tools know them. A pool that was made by hand or by an earlier version has none.
 */
import type { Manifest } from "../../api/meta";
import type { AddressRange } from "../../core/range";
import { parseRange } from "../../core/range";

export interface PoolTerms {
  /** In the program's spelling. */
  readonly excludes?: readonly string[] | undefined;
  readonly excludeReserved?: boolean | undefined;
  readonly allowReserved?: boolean | undefined;
  readonly dhcpRanges?: readonly string[] | undefined;
  /** The entries of `pools` in the program's form, if excludes have split them. */
  readonly pools?: readonly unknown[] | undefined;
}

/** Property → annotation. */
const KEYS = {
  excludes: "pulumi-metal3-ipam/excludes",
  excludeReserved: "pulumi-metal3-ipam/exclude-reserved",
  allowReserved: "pulumi-metal3-ipam/allow-reserved",
  dhcpRanges: "pulumi-metal3-ipam/dhcp-ranges",
  pools: "pulumi-metal3-ipam/pools",
} as const satisfies Record<keyof PoolTerms, string>;

export const ALLOW_RESERVED_ANNOTATION = KEYS.allowReserved;

/**
 * All annotations of an object together may have 256 KiB. A list longer than this limit is left out, because it is only
 * information.
 */
const MAX_TEXT_LENGTH = 32 * 1024;

/** The annotations of the terms, as JSON that people can read and write too. An absent, false or empty term has none. */
export function termAnnotations(terms: PoolTerms): Record<string, string> {
  const texts = names().flatMap((name): [string, string][] => {
    const value = terms[name];
    const isSaid = Array.isArray(value) ? value.length > 0 : value === true;
    const text = JSON.stringify(value);
    return isSaid && text.length <= MAX_TEXT_LENGTH ? [[KEYS[name], text]] : [];
  });
  return Object.fromEntries(texts);
}

/** An unreadable term is absent, because it may have been written by hand. */
export function termsOf({ metadata }: Pick<Manifest, "metadata">): PoolTerms {
  const read = names().flatMap((name): [string, unknown][] => {
    const value = parsed(metadata.annotations?.[KEYS[name]]);
    const isFit = name === "excludeReserved" || name === "allowReserved" ? value === true : Array.isArray(value);
    return isFit ? [[name, name === "excludes" || name === "dhcpRanges" ? readableRanges(value) : value]] : [];
  });
  return Object.fromEntries(read);
}

export function rangesOf(texts: readonly string[] = []): AddressRange[] {
  return texts.flatMap((text) => {
    const range = parseRange(text);
    return range.ok ? [range.value] : [];
  });
}

export function isTerm(annotation: string): boolean {
  return Object.values(KEYS).some((key) => key === annotation);
}

function names(): (keyof PoolTerms)[] {
  return Object.keys(KEYS) as (keyof PoolTerms)[];
}

function readableRanges(value: unknown): string[] {
  return (value as unknown[]).filter((one): one is string => typeof one === "string" && parseRange(one).ok);
}

/** Lists that were written by hand may have the form `a, b-c`. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text?.split(",").map((part) => part.trim());
  }
}
