/** The CA to trust and our own certificate. They are read and checked before anything is sent. */
import { X509Certificate } from "node:crypto";
import path from "node:path";
import { createSecureContext } from "node:tls";
import type { ChosenContext } from "./kubeconfig";
import { kubeconfigWording } from "./kubeconfig-wording";
import { readNamedFile, unreadable } from "./named-file";

/** PEM, as `tls.connect` takes it. */
export interface TlsOptions {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The name that the server's certificate must have. Default: the host of its URL. */
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** Throws an Error of one line, without any part of the PEM. */
export async function tlsOptions({ cluster, user }: ChosenContext): Promise<TlsOptions> {
  const whoseCa = `cluster ${cluster.name}`;
  const insecure = cluster["insecure-skip-tls-verify"] === true;
  const ca = await pem(cluster, "certificate-authority", whoseCa);
  if (ca !== undefined && insecure) {
    throw new Error(kubeconfigWording.insecureWithCa(whoseCa));
  }
  // Node ignores a CA that it cannot read, and then blames the server's certificate.
  if (ca !== undefined && !isCertificate(ca)) throw new Error(kubeconfigWording.noCertificate(whoseCa));
  const whose = `user ${user.name}`;
  const [cert, key] = [await pem(user, "client-certificate", whose), await pem(user, "client-key", whose)];
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error(kubeconfigWording.lonelyCertificate(whose));
  }
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new Error(kubeconfigWording.badCertificate(whose));
  }
  return { ca, cert, key, servername: cluster["tls-server-name"] || undefined, rejectUnauthorized: !insecure };
}

/** As in client-go, `<field>-data` (base64) takes precedence over the file `<field>`. */
async function pem(
  entry: { readonly folder: string; readonly [field: string]: unknown },
  field: "certificate-authority" | "client-certificate" | "client-key",
  whose: string,
): Promise<string | undefined> {
  const data = entry[`${field}-data`];
  if (typeof data === "string" && data !== "") return Buffer.from(data, "base64").toString("utf8");
  const named = entry[field];
  if (typeof named !== "string" || named === "") return undefined;
  const file = path.resolve(entry.folder, named);
  try {
    return await readNamedFile(file);
  } catch (error) {
    throw new Error(kubeconfigWording.unreadablePem(field, whose, file, unreadable(error)));
  }
}

function isCertificate(text: string): boolean {
  return expiryOf(text) !== undefined;
}

/** The time when the first certificate of the text expires. Undefined if there is none. */
function expiryOf(text: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(text).validTo);
  } catch {
    return undefined;
  }
}

/** One line each. A warning does not prevent the connection. */
export function tlsWarnings({ cluster, user }: ChosenContext, tls: TlsOptions, now: () => number): string[] {
  const warnings: string[] = [];
  if (!tls.rejectUnauthorized) warnings.push(kubeconfigWording.insecure(cluster.name));
  const expiry = tls.cert === undefined ? undefined : expiryOf(tls.cert);
  if (expiry !== undefined && expiry <= now()) {
    warnings.push(kubeconfigWording.expired(user.name, new Date(expiry).toISOString()));
  }
  return warnings;
}
