/**
 * Messages name the values that they are about, and an engine hides none of them there: what came as a secret is taken out
 * of whatever a user is told.
 */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { shownValue } from "../api/fault";
import { claimText } from "../ipam/wording";
import { secretValues, type WireProperties } from "../pulumi/wire";
import { bagOf } from "./message";

/** What stands in place of a secret. */
export const SECRET_TEXT = "[secret]";

export type Hide = (text: string) => string;

/** Hides the secrets of all property bags that a request carries. */
export function hiding(request: object): Hide {
  return hidingIn(() =>
    BAGS.flatMap((getter) => {
      const bag = (request as { readonly [name in (typeof BAGS)[number]]?: () => Struct | undefined })[getter]?.();
      return bag ? [bagOf(bag)] : [];
    }),
  );
}

const BAGS = ["getProperties", "getInputs", "getNews", "getOlds", "getOldInputs", "getArgs", "getQuery"] as const;

/** `bags` is asked at the first message: most requests end without one. */
export function hidingIn(bags: () => readonly WireProperties[]): Hide {
  let pattern: RegExp | undefined;
  return (text) => {
    pattern ??= patternOf(bags().flatMap((bag) => [...secretValues(bag), ...secretHosts(bag)]));
    return text.replace(pattern, SECRET_TEXT);
  };
}

/** Messages call a claim `<host>-<pool>` by its host. A claim name that was made of an open host hides nothing. */
function secretHosts(bag: WireProperties): string[] {
  const pools = [bag.pool, bag.name].flatMap((value) => [value, ...secretValues({ value })]).filter(isText);
  const claims = secretValues(bag).filter(isText);
  const hosts = claims.flatMap((claim) => pools.map((pool) => claimText({ name: pool }, claim)));
  return hosts.filter((host) => ![bag.host, bag.hosts].flat().includes(host));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whole words: a secret `24` is no part of `240`. A long value is shown by its beginning, and hidden by that. */
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
