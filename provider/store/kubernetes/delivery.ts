import { StoreError } from "../store";
import type { Credential } from "./credentials";

/** What became of a request. */
export type Delivery =
  | Answered
  /** The server has not seen it. `isFinal`: and will not, however often it is sent. */
  | { readonly kind: "unsent"; readonly why: string; readonly isFinal: boolean }
  /** The server may have acted on it, now or soon. */
  | { readonly kind: "lost"; readonly why: string };

export interface Answered {
  readonly kind: "answered";
  readonly answer: Answer;
  readonly credential: Credential;
}

export interface Answer {
  readonly status: number;
  /** Of `Retry-After`; undefined where it is not there. */
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** What undici threw, or a credential that is not to be had, as what it means for the request. */
export function failure(error: unknown, timeoutMs: number, proxy: URL | undefined): Exclude<Delivery, Answered> {
  if (error instanceof StoreError) return { kind: "unsent", why: error.message, isFinal: true };
  const { code = "", name, message } = error as NodeJS.ErrnoException;
  const refused = proxy && /^Proxy response \((\d+)\)/.exec(message);
  if (refused) return { kind: "unsent", why: `its proxy, ${proxy.host}, answers ${refused[1]}`, isFinal: true };
  if (name === "TimeoutError" || name === "AbortError") {
    return { kind: "lost", why: `no answer within ${Math.ceil(timeoutMs / 1000)} s` };
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE")
    return { kind: "lost", why: "its answer was larger than any should be" };
  const distrust = DISTRUST[code] ?? (HANDSHAKE_FAILURE.test(code) ? `TLS failed (${code})` : undefined);
  if (distrust !== undefined) return { kind: "unsent", why: distrust, isFinal: true };
  if (code === "UND_ERR_CONNECT_TIMEOUT" || isConnecting(error)) {
    const where = proxy === undefined ? "" : `its proxy, ${proxy.host}: `;
    return { kind: "unsent", why: where + (UNREACHED[code] ?? `no connection (${code})`), isFinal: false };
  }
  return { kind: "lost", why: `the connection broke${/^[A-Z0-9_]+$/.test(code) ? ` (${code})` : ""}` };
}

/** The same codes may come from a connection that was used: the system call tells. Of several addresses all were tried. */
function isConnecting(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isConnecting);
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === "connect" || syscall === "getaddrinfo";
}

/** Of OpenSSL's errors only these come before anything is sent. */
const HANDSHAKE_FAILURE =
  /^(CERT_|UNABLE_TO_|CRL_|ERR_TLS_|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|.*(HANDSHAKE|CERTIFICATE|_CA$|PROTOCOL|CIPHER)))/;

const UNTRUSTED = "its certificate is not signed by the CA of the kubeconfig";

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const DISTRUST: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate, or its CA's, has expired",
  CERT_NOT_YET_VALID: "its certificate, or its CA's, is not valid yet: compare the clocks",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name: use a name that it bears, or set tls-server-name",
};

/** No connection came about. */
const UNREACHED: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "its name is not known (ENOTFOUND)",
  EAI_AGAIN: "its name could not be looked up (EAI_AGAIN)",
  EHOSTUNREACH: "it cannot be reached (EHOSTUNREACH)",
  ENETUNREACH: "it cannot be reached (ENETUNREACH)",
};
