/** Proves to the server who we are. It is fetched for each request, because tokens expire while an update runs. */
import { StoreError } from "../store";
import { type ExecPlugin, runExecPlugin } from "./exec-plugin";
import { readNamedFile, unreadable } from "./named-file";
import { credentialWording } from "./wording";

/** A credential that expires within this time is renewed: a request needs some time to reach the server. */
const LEEWAY_MS = 10_000;

export interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  /** PEM, from an exec plugin. Without it the connection's own certificate counts. */
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Credentials {
  /** Throws Unavailable. The message never has the secret. */
  current(): Promise<Credential>;
  /** Called after a 401. True if `current` may give another credential than `refused`. */
  renew(refused: Credential): boolean;
}

/** Sends nothing: the certificate of the connection counts, or the user is anonymous. */
export const noCredentials = fixed({});

export function tokenCredentials(token: string): Credentials {
  return fixed(bearer(token));
}

/** Another program replaces the token in the file before it expires. So each request reads the file, which costs 50 µs. */
export function tokenFileCredentials(file: string): Credentials {
  return {
    async current() {
      try {
        return { headers: bearer(await readNamedFile(file)) };
      } catch (error) {
        if (error instanceof StoreError) throw error;
        throw new StoreError("Unavailable", credentialWording.unreadableToken(file, unreadable(error)));
      }
    },
    renew: () => true,
  };
}

/** A plugin's credential is valid until it expires, or until a 401. One run of the plugin serves all requests that wait for it. */
export function execCredentials(plugin: ExecPlugin, now: () => number, run = runExecPlugin): Credentials {
  interface Issued {
    readonly credential: Credential;
    readonly expiresAt: number;
  }
  let issued: Issued | undefined;
  let issuing: Promise<Issued> | undefined;

  async function issue(): Promise<Issued> {
    const { token, certificate, key, expiresAt = Number.POSITIVE_INFINITY } = await run(plugin);
    const client = certificate && key ? { cert: certificate, key } : undefined;
    return { credential: { headers: token === undefined ? {} : bearer(token), client }, expiresAt };
  }

  return {
    async current() {
      if (issued === undefined || issued.expiresAt - LEEWAY_MS <= now()) {
        issuing ??= issue().finally(() => {
          issuing = undefined;
        });
        issued = await issuing;
      }
      return issued.credential;
    },
    renew(refused) {
      if (issued?.credential === refused) issued = undefined;
      return true;
    },
  };
}

function fixed(headers: Credential["headers"]): Credentials {
  const credential = { headers };
  return { current: async () => credential, renew: () => false };
}

function bearer(token: string): { authorization: string } {
  const text = token.trim();
  // If the text were not a header value, the HTTP client's error would quote it.
  if (!/^[\x21-\x7e]+$/.test(text)) throw new StoreError("Unavailable", credentialWording.badToken);
  return { authorization: `Bearer ${text}` };
}
