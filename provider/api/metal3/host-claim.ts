/** CAPM3's name for the claim of a host, with `--enable-bmh-name-based-preallocation`: `<BareMetalHost>-<IPPool>`. */
export function hostClaimName(host: string, pool: string): string {
  return `${host}-${pool}`;
}

/** The host of such a claim. Undefined if the claim's name has another form. */
export function hostOfClaim(claim: string, pool: string): string | undefined {
  const ending = hostClaimName("", pool);
  return claim.endsWith(ending) && claim.length > ending.length ? claim.slice(0, -ending.length) : undefined;
}
