/** Pulumi's tokens for the kinds of the registry: `metal3-ipam:index:IPPool`. */

export const PACKAGE = "metal3-ipam";

export function tokenOf(kind: string): string {
  return `${PACKAGE}:index:${kind}`;
}
