import { StoreError } from "../store";
import type { Credential } from "./credentials";
import { API_SERVER, DISTRUST, proxyText, requestWording } from "./wording";

/** The outcome of a request. */
export type Delivery =
  | Answered
  /** The server has not seen the request. `isFinal`: it will not see it, however often it is sent. */
  | { readonly kind: "unsent"; readonly why: string; readonly isFinal: boolean }
  /** The server may have acted on the request, or may do so soon. */
  | { readonly kind: "lost"; readonly why: string };

export interface Answered {
  readonly kind: "answered";
  readonly answer: Answer;
  readonly credential: Credential;
}

export interface Answer {
  readonly status: number;
  /** From `Retry-After`. Undefined without that header. */
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** The outcome of a request after an error of undici, or of fetching the credential. */
export function failure(error: unknown, timeoutMs: number, proxy: URL | undefined): Exclude<Delivery, Answered> {
  if (error instanceof StoreError) return { kind: "unsent", why: error.message, isFinal: true };
  const { code = "", name, message } = error as NodeJS.ErrnoException;
  const refused = proxy && /^Proxy response \((\d+)\)/.exec(message);
  if (refused) {
    const why = requestWording.proxyRefused(proxyText(proxy.host), refused[1] ?? "");
    return { kind: "unsent", why, isFinal: true };
  }
  if (name === "TimeoutError" || name === "AbortError") {
    return { kind: "lost", why: requestWording.noAnswer(Math.ceil(timeoutMs / 1000)) };
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return { kind: "lost", why: requestWording.tooLarge };
  const distrust = DISTRUST[code] ?? (HANDSHAKE_FAILURE.test(code) ? requestWording.tlsFailed(code) : undefined);
  if (distrust !== undefined) return { kind: "unsent", why: distrust, isFinal: true };
  if (code === "UND_ERR_CONNECT_TIMEOUT" || isConnecting(error)) {
    const who = proxy === undefined ? API_SERVER : proxyText(proxy.host);
    return { kind: "unsent", why: requestWording.unreached(who, code), isFinal: false };
  }
  return { kind: "lost", why: requestWording.broken(/^[A-Z0-9_]+$/.test(code) ? code : "") };
}

/** The same codes may come from an established connection. The system call tells the two apart. All addresses of a name were tried. */
function isConnecting(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isConnecting);
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === "connect" || syscall === "getaddrinfo";
}

/** The only errors of OpenSSL that come before anything is sent. */
const HANDSHAKE_FAILURE =
  /^(CERT_|UNABLE_TO_|CRL_|ERR_TLS_|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|.*(HANDSHAKE|CERTIFICATE|_CA$|PROTOCOL|CIPHER)))/;
