import { isObjectName } from "../api/names";
import type { CheckFailure } from "./handler";

/** CAPM3's key with `--enable-bmh-name-based-preallocation`: `<BareMetalHost>-<IPPool>`. */
export function hostClaimName(host: string, pool: string): string {
  return `${host}-${pool}`;
}

/** The host of such a claim; undefined for one of another form. */
export function hostOfClaim(claim: string, pool: string): string | undefined {
  const ending = hostClaimName("", pool);
  return claim.endsWith(ending) && claim.length > ending.length ? claim.slice(0, -ending.length) : undefined;
}

export function tooLong(claimName: string | undefined): CheckFailure[] {
  if (claimName === undefined || isObjectName(claimName)) return [];
  return [{ path: ["host"], reason: `makes the claim name "${claimName}", which has more than 253 characters` }];
}
