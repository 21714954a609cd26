/** Hides secrets in texts for the user. Messages contain values, and the engine does not hide secrets in messages. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { shownValue } from "../api/fault";
import { claimText } from "../ipam/wording";
import { secretValues, type WireProperties } from "../pulumi/wire";
import { bagOf } from "./message";

/** The replacement for a secret. */
export const SECRET_TEXT = "[secret]";

export type Hide = (text: string) => string;

/** Hides the secrets of all property bags of a request. */
export function hiding(request: object): Hide {
  return hidingIn(() =>
    BAGS.flatMap((getter) => {
      const bag = (request as { readonly [name in (typeof BAGS)[number]]?: () => Struct | undefined })[getter]?.();
      return bag ? [bagOf(bag)] : [];
    }),
  );
}

const BAGS = ["getProperties", "getInputs", "getNews", "getOlds", "getOldInputs", "getArgs", "getQuery"] as const;

/** `bags` is called at the first message, because most requests end without one. */
export function hidingIn(bags: () => readonly WireProperties[]): Hide {
  let pattern: RegExp | undefined;
  return (text) => {
    pattern ??= patternOf(bags().flatMap((bag) => [...secretValues(bag), ...secretHosts(bag)]));
    return text.replace(pattern, SECRET_TEXT);
  };
}

/**
 * The host names in secret claim names. Messages call a claim `<host>-<pool>` by its host. A host that the program gives
 * openly is not hidden.
 */
function secretHosts(bag: WireProperties): string[] {
  const pools = [bag.pool, bag.name].flatMap((value) => [value, ...secretValues({ value })]).filter(isText);
  const claims = secretValues(bag).filter(isText);
  const hosts = claims.flatMap((claim) => pools.map((pool) => claimText({ name: pool }, claim)));
  return hosts.filter((host) => ![bag.host, bag.hosts].flat().includes(host));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/**
 * Matches whole words: a secret `24` does not match in `240`. Messages show only the beginning of a long value, so that
 * beginning is hidden too.
 */
function patternOf(values: readonly unknown[]): RegExp {
  const texts = values.flatMap((value) => {
    const shown = shownValue(value);
    return typeof value === "string" ? [value, shown.slice(1, -1)] : [shown];
  });
  const longestFirst = [...new Set(texts)].filter((text) => text !== "").sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return /(?!)/g;
  const words = longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(`(?<![A-Za-z0-9])(?:${words.join("|")})(?![A-Za-z0-9])`, "g");
}
