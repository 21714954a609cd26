/** Properties that handlers keep for themselves in state. No door shows them. */

/**
 * `pinned`: whether the program gave the address. `target`: which backend it is in. `byHand`: see imported.ts.
 * `excludesDns`: see ip-pool/kept-back.ts. `providers`: a door's own, which handlers never see.
 */
export const HIDDEN_INPUTS = ["pinned", "target", "byHand", "excludesDns", "providers"] as const;

/** Beside them the release token, which only outputs have. */
export const HIDDEN_PROPERTIES = [...HIDDEN_INPUTS, "token"] as const;

/** A change of these alone asks for nothing. */
export function isHiddenInput(property: string): boolean {
  return HIDDEN_INPUTS.some((hidden) => hidden === property);
}
