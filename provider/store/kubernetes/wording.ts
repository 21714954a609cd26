/** The messages of the store over an API server, for users. See `../wording.ts` for their form. */
import { ended } from "../../api/fault";

/** The parties of a connection, as reasons name them. */
export const API_SERVER = "the API server";
export const proxyText = (host: string) => `the proxy ${host}`;

/** The reasons why a request failed. */
export const requestWording = {
  noAnswer: (seconds: number) => `the API server did not answer within ${seconds} s.`,
  noAnswerYet: "the API server has not answered yet.",
  answered: (status: number, said: string | undefined) =>
    `the API server answered ${status}${said ? `: ${ended(said)}` : "."}`,
  refused: (said: string) => ended(said),
  redirect: (status: number) => `the API server answered ${status}, a redirect. Redirects are not followed.`,
  badCredentials: "the API server does not accept the credentials of the kubeconfig (401).",
  namespaceMissing: (name: string | undefined) =>
    `namespace ${name} does not exist. Create it first, with \`kubectl create namespace ${name}\` or in the program.`,
  notInstalled: (kind: string, apiVersion: string, install: string) =>
    `the API server does not know ${kind} (${apiVersion}). Install ${install}.`,

  /** `retryAfterMs`: given only where the server asks for more than the deadline. */
  gaveUp: (why: string, retryAfterMs: number | undefined, deadline: string) =>
    `${why} ${retryAfterMs === undefined ? "" : `It asks to wait for ${retryAfterMs / 1000} s. `}Gave up after ${deadline}.`,
  notRetried: (why: string) => `${why} Not tried again, because the run was cancelled.`,
  inDoubt: (why: string) => `${why} The write may have been done. Look at the object.`,
  retrying: (why: string, deadline: string) => `${why} Retrying until ${deadline} have passed.`,
  waiting: (cluster: string, why: string) => `Waiting for ${cluster}: ${why}`,
  closed: "the store was closed.",

  /** `who`: the API server or a proxy. */
  unreached: (who: string, code: string) => UNREACHED[code]?.(who) ?? `no connection to ${who} (${code}).`,
  proxyRefused: (who: string, status: string) => `${who} answered ${status}.`,
  broken: (code: string) => `the connection to the API server broke${code === "" ? "" : ` (${code})`}.`,
  tooLarge: "the answer of the API server was too large.",
  tlsFailed: (code: string) => `TLS failed (${code}).`,

  changing: "the object changes all the time.",
  changed: (resourceVersion: string) => `it was changed meanwhile (resourceVersion ${resourceVersion}).`,
  otherUid: "its uid is another one.",
  otherVersion: "its resourceVersion is another one.",
  twoVersions: "the patch names two different resourceVersions.",

  endlessList: "the list has no end.",
  notJson: "the answer is not JSON. Check that this is an API server.",
  notList: "the answer is not a list of the Kubernetes API.",
  notOfApi: (path: string) => `the answer to ${path} is not of the Kubernetes API.`,
  malformed: (object: string, faults: readonly string[]) => `${object} cannot be read. ${faults.join(" ")}`,
} as const;

const UNREACHED: Readonly<Record<string, (who: string) => string>> = {
  UND_ERR_CONNECT_TIMEOUT: (who) => `no connection to ${who} in time.`,
  ECONNREFUSED: (who) => `${who} did not answer (ECONNREFUSED).`,
  ENOTFOUND: (who) => `the name of ${who} is not known (ENOTFOUND).`,
  EAI_AGAIN: (who) => `the name of ${who} could not be looked up (EAI_AGAIN).`,
  EHOSTUNREACH: (who) => `${who} cannot be reached (EHOSTUNREACH).`,
  ENETUNREACH: (who) => `${who} cannot be reached (ENETUNREACH).`,
};

const UNTRUSTED = "the API server's certificate is not signed by the CA of the kubeconfig.";

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
export const DISTRUST: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the API server's certificate, or its CA's, has expired.",
  CERT_NOT_YET_VALID: "the API server's certificate, or its CA's, is not valid yet. Compare the clocks.",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the API server's certificate is for another name. Use a name that it has, or set `tls-server-name`.",
};

/** Reasons too: a credential that cannot be had ends a request. */
export const credentialWording = {
  unreadableToken: (file: string, why: string) => `the token file ${file} cannot be read (${why}).`,
  badToken: "the token of the kubeconfig is not one word of ASCII.",

  /** `why`: one of the following. */
  exec: (command: string, who: string, why: string) =>
    `the exec plugin ${command} of ${who} ${why}. Try it with kubectl.`,
  notCredential: "did not print an ExecCredential",
  noSecret: "gave neither a token nor a certificate",
  badExpiry: "gave an expirationTimestamp that is not a time",
  stopped: (seconds: number) => `was stopped, because it had not ended after ${seconds} s`,
  tooMuchOutput: (bytes: number) => `printed more than ${bytes} bytes`,
  notStarted: (code: string | undefined) => `could not be started (${code})`,
  ended: (how: string) => `ended with ${how}`,
} as const;
