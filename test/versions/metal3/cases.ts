/** Questions to Metal3 and its answers, in a file for each version (its head says what was asked). */
export interface Cases {
  readonly about: readonly string[];
  readonly version: string;
  readonly pools: readonly PoolCase[];
  readonly changes: readonly ChangeCase[];
  readonly claims: readonly ClaimCase[];
}

/** An IPPool that is created. `says`: `ok`, or the reason of the refusal. */
export interface PoolCase {
  readonly name: string;
  readonly spec: { readonly [field: string]: unknown };
  readonly says: string;
}

/** An IPPool that changes. */
export interface ChangeCase {
  readonly name: string;
  readonly before: object;
  readonly after: object;
  readonly says: string;
}

/** An IPClaim `claim` of a pool, with or without the annotation `ipAddress`. */
export interface ClaimCase {
  readonly name: string;
  readonly spec: object;
  readonly ipAddress?: string;
  readonly says: ClaimAnswer;
}

export type ClaimAnswer =
  | { readonly address: string }
  /** The claim's status. */
  | { readonly error: string }
  /** By the webhook. */
  | { readonly refused: string };
