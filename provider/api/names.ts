/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
import { z } from "zod";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const label = new RegExp(`^${LABEL}$`);
const subdomain = new RegExp(`^${LABEL}(\\.${LABEL})*$`);

/** Kubernetes object names are RFC 1123 subdomains of at most this many characters. */
export const MAX_NAME_LENGTH = 253;
/** Namespaces are RFC 1123 labels of at most this many characters. */
export const MAX_NAMESPACE_LENGTH = 63;

export function isObjectName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && subdomain.test(text);
}

export function isNamespaceName(text: string): boolean {
  return text.length <= MAX_NAMESPACE_LENGTH && label.test(text);
}

/** It follows the name that breaks it. */
export const SUBDOMAIN_RULE =
  "must consist of lower-case letters, digits, - and ., and must start and end with a letter or digit (RFC 1123).";

/** `metadata.name` of most kinds, and a key of `preAllocations`. */
export const objectName = z
  .string()
  .refine((text) => subdomain.test(text), { error: SUBDOMAIN_RULE })
  .refine((text) => text.length <= MAX_NAME_LENGTH, { error: `has more than ${MAX_NAME_LENGTH} characters.` });

/** A namespace: an RFC 1123 label. */
export const namespaceName = z.string().refine(isNamespaceName, {
  error:
    "must consist of at most 63 lower-case letters, digits and -, and must start and end with a letter or digit (RFC 1123).",
});

/** A DNS domain, such as a search domain: labels of RFC 1123 in lower or upper case. */
export const domainName = z
  .string()
  .refine((text) => text.length <= MAX_NAME_LENGTH && subdomain.test(text.toLowerCase()), {
    error: "is not a domain. Write one without a dot at its end, as in lab.example.",
  });
