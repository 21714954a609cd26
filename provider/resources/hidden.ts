/** Properties that handlers keep in state for themselves. No door shows them. */

/**
 * `pinned`: whether the program gave the address. `target`: the backend that it is in. `byHand`: see imported.ts.
 * `excludesDns`: see ip-pool/kept-back.ts. `providers`: a door uses it, handlers never see it.
 */
export const HIDDEN_INPUTS = ["pinned", "target", "byHand", "excludesDns", "providers"] as const;

/** The hidden inputs and the release token, which only outputs have. */
export const HIDDEN_PROPERTIES = [...HIDDEN_INPUTS, "token"] as const;

/** A change of only these needs no update. */
export function isHiddenInput(property: string): boolean {
  return HIDDEN_INPUTS.some((hidden) => hidden === property);
}
