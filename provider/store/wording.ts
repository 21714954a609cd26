/**
 * The messages of all stores, for users. `file/wording.ts` and `kubernetes/wording.ts` have those of one store.
 *
 * A message is `Cannot create IPPool metal3/net: ` and a reason. A reason is whole sentences. Only its first one begins in
 * lower case, and each ends with a full stop.
 */
import { MAX_NAME_LENGTH, MAX_NAMESPACE_LENGTH } from "../api/names";

/** `what`: `IPPool metal3/net`, or the objects of a list. */
export function failed(verb: string, what: string, reason: string): string {
  return `Cannot ${verb} ${what}: ${reason}`;
}

export const wording = {
  missing: "the object does not exist.",
  exists: "it already exists.",

  /** `field`: of the metadata. */
  precondition: (field: string, is: string | undefined, wanted: string | undefined) =>
    `its ${field} is ${is}, not ${wanted}.`,

  otherKind: (is: string, wanted: string) => `it is a ${is}, not a ${wanted}.`,
  fixed: (field: string) => `${field} cannot be changed.`,
  fixedAt: (field: string, was: unknown, is: unknown) =>
    `${field} cannot be changed from ${was} to ${JSON.stringify(is)}.`,

  notJson: (why: string) => `it cannot be written as JSON: ${why}`,
  protoField: "a field cannot be called __proto__.",
  notNumber: (field: string, value: number) => `${field}: ${value} is not a JSON number.`,
  loneSurrogate: (field: string) => `${JSON.stringify(field)}: half a surrogate pair cannot be written as UTF-8.`,
  jsonTooLarge: (bytes: number, limit: number) => `it has ${bytes} bytes of JSON. The limit is ${limit}.`,

  noNamespace: "the namespace is missing.",
  clusterScoped: (kind: string) => `${kind} objects have no namespace.`,
  badNamespace:
    `the namespace must have 1 to ${MAX_NAMESPACE_LENGTH} characters of a-z, 0-9 and -. ` +
    "It must start and end with a letter or digit.",
  badName:
    `the name must have 1 to ${MAX_NAME_LENGTH} characters of a-z, 0-9, - and dots. ` +
    "Each part between dots must start and end with a letter or digit.",
} as const;
