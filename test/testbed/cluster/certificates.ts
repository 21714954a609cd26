import { generateKeyPair, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import { md, pki } from "node-forge";

/** A certificate and its private key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The owner's data in a certificate. */
export interface Subject {
  /** Kubernetes reads a client's user name from here. */
  readonly name: string;
  /** Kubernetes reads a client's groups from here. */
  readonly groups?: readonly string[];
  /** A server's names and addresses. Without any, it is a client's certificate. */
  readonly hosts?: readonly string[];
  /** Default: a month from now. */
  readonly expires?: Date;
}

/** A certificate authority that lives as long as a test run. */
export interface Authority {
  /** Its own certificate, as PEM, which others trust. */
  readonly certificate: string;
  issue(subject: Subject): Promise<KeyPair>;
}

const dayMs = 24 * 3600_000;

/** Creates an authority. Two of them do not trust each other. */
export async function makeAuthority(name: string): Promise<Authority> {
  const own = await privateKey();
  const certificate = pki.certificateToPem(
    signed({ name }, own, { name }, own, [
      { name: "basicConstraints", critical: true, cA: true },
      { name: "keyUsage", critical: true, keyCertSign: true, digitalSignature: true },
      { name: "subjectKeyIdentifier" },
    ]),
  );
  return {
    certificate,
    async issue(subject) {
      const key = await privateKey();
      const made = signed(subject, key, { name }, own, [
        { name: "basicConstraints", critical: true, cA: false },
        { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
        ...usage(subject.hosts),
      ]);
      return { certificate: pki.certificateToPem(made), key: pki.privateKeyToPem(key) };
    },
  };
}

/** Node creates the key, off the main thread, because forge itself would take seconds. It knows RSA only. */
async function privateKey(): Promise<pki.rsa.PrivateKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return pki.privateKeyFromPem(privateKey.export({ type: "pkcs1", format: "pem" }).toString());
}

function signed(
  subject: Subject,
  key: pki.rsa.PrivateKey,
  issuer: Subject,
  issuerKey: pki.rsa.PrivateKey,
  extensions: object[],
): pki.Certificate {
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.rsa.setPublicKey(key.n, key.e);
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`; // positive, as RFC 5280 (4.1.2.2) requires
  certificate.validity.notBefore = new Date(Date.now() - dayMs);
  certificate.validity.notAfter = subject.expires ?? new Date(Date.now() + 30 * dayMs);
  certificate.setSubject(attributes(subject));
  certificate.setIssuer(attributes(issuer));
  certificate.setExtensions(extensions);
  certificate.sign(issuerKey, md.sha256.create());
  return certificate;
}

const attributes = ({ name, groups = [] }: Subject): pki.CertificateField[] => [
  ...groups.map((value) => ({ name: "organizationName", value })),
  { name: "commonName", value: name },
];

function usage(hosts: readonly string[] = []): object[] {
  if (hosts.length === 0) return [{ name: "extKeyUsage", clientAuth: true }];
  const altNames = hosts.map((host) => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }));
  return [
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames },
  ];
}
