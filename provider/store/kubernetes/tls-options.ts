/** Whom to trust, and the certificate that says who we are: read and checked before anything is sent. */
import { X509Certificate } from "node:crypto";
import path from "node:path";
import { createSecureContext } from "node:tls";
import type { ChosenContext } from "./kubeconfig";
import { readNamedFile, unreadable } from "./named-file";

/** PEM; as `tls.connect` takes them. */
export interface TlsOptions {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The name that the server's certificate must bear; default: the host of its URL. */
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** Throws an Error of one line, without any of the PEM. */
export async function tlsOptions({ cluster, user }: ChosenContext): Promise<TlsOptions> {
  const ofCluster = `of cluster ${cluster.name}`;
  const insecure = cluster["insecure-skip-tls-verify"] === true;
  const ca = await pem(cluster, "certificate-authority", ofCluster);
  if (ca !== undefined && insecure) {
    throw new Error(`certificate-authority and insecure-skip-tls-verify ${ofCluster} exclude each other: remove one`);
  }
  // Node takes a CA that it cannot read for none at all, and then blames the server's certificate.
  if (ca !== undefined && !isCertificate(ca))
    throw new Error(`certificate-authority ${ofCluster} holds no PEM certificate`);
  const ofUser = `of user ${user.name}`;
  const [cert, key] = [await pem(user, "client-certificate", ofUser), await pem(user, "client-key", ofUser)];
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error(`client-certificate and client-key ${ofUser} belong together: one is missing`);
  }
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new Error(
      `client-certificate and client-key ${ofUser} are not a PEM certificate and its key without a password`,
    );
  }
  return { ca, cert, key, servername: cluster["tls-server-name"] || undefined, rejectUnauthorized: !insecure };
}

/** As in client-go, `<field>-data` (base64) goes before the file `<field>`. */
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
    throw new Error(`${field} ${whose} names ${file}, which cannot be read (${unreadable(error)})`);
  }
}

function isCertificate(text: string): boolean {
  return expiryOf(text) !== undefined;
}

/** When the first certificate of the text expires; undefined where there is none. */
function expiryOf(text: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(text).validTo);
  } catch {
    return undefined;
  }
}

/** One line each: what the user should know of what is used all the same. */
export function tlsWarnings({ cluster, user }: ChosenContext, tls: TlsOptions, now: () => number): string[] {
  const warnings: string[] = [];
  if (!tls.rejectUnauthorized) {
    const risk = "whoever stands in between reads the credentials and changes what is written";
    warnings.push(`cluster ${cluster.name} has insecure-skip-tls-verify: its certificate is not checked, so ${risk}`);
  }
  const expiry = tls.cert === undefined ? undefined : expiryOf(tls.cert);
  if (expiry !== undefined && expiry <= now()) {
    warnings.push(`the client certificate of user ${user.name} expired at ${new Date(expiry).toISOString()}`);
  }
  return warnings;
}
