/** test/data/metal3-v1.13.1-cases.json (its head explains each field), and the different answers of this provider, by name. */
import recorded from "../data/metal3-v1.13.1-cases.json";
import listed from "./data/deviations.json";

export interface Served {
  readonly address: string;
  readonly prefix?: number;
  readonly gateway?: string;
  readonly dnsServers?: readonly string[];
  readonly object: string;
}
/** The answer to a claim: an address, or the reason why there is none. */
export type Outcome = Served | string;

export type Result =
  | "ok"
  | "gone"
  | (Partial<Served> & { readonly error?: string; readonly pending?: boolean; readonly refused?: string });

export interface Operation {
  readonly op: "claim" | "release" | "set";
  readonly name: string;
  readonly ipAddress?: string;
  readonly spec: { readonly [field: string]: unknown };
  readonly result: Result;
  /** Waiting claims that are served because of this operation. */
  readonly also?: { readonly [claim: string]: Result };
}

export interface RecordedCase {
  readonly name: string;
  readonly spec: { readonly [field: string]: unknown };
  readonly created: "ok" | { readonly refused: string };
  readonly ops: readonly Operation[];
  /** claim → address, after the last operation. */
  readonly indexes?: { readonly [claim: string]: string };
}

/** The different outcomes, by class, case, and the place of the operation (or the claim). */
export type Deviations = {
  readonly [deviation: string]: {
    readonly why: string;
    readonly cases: { readonly [caseName: string]: { readonly [place: string]: unknown } };
  };
};

export const CASES = recorded.cases as unknown as readonly RecordedCase[];
export const DEVIATIONS: Deviations = listed;

/** This provider's outcome at that place of a case, if it is listed. */
export function listedAt(deviations: readonly string[], caseName: string, place: string): unknown {
  for (const deviation of deviations) {
    const found = DEVIATIONS[deviation]?.cases[caseName]?.[place];
    if (found !== undefined) return found;
  }
  return undefined;
}
