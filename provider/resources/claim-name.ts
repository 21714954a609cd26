import { isObjectName } from "../api/names";
import type { CheckFailure } from "./handler";

/** CAPM3's key with `--enable-bmh-name-based-preallocation`: `<BareMetalHost>-<IPPool>`. */
export function hostClaimName(host: string, pool: string): string {
  return `${host}-${pool}`;
}

export function tooLong(claimName: string | undefined): CheckFailure[] {
  if (claimName === undefined || isObjectName(claimName)) return [];
  return [{ property: "host", reason: `makes the claim name "${claimName}", which has more than 253 characters` }];
}
