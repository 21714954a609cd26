/** What proves to the server who we are, fetched for each request: tokens expire while an update runs. */
import { StoreError } from "../store";
import { type ExecPlugin, runExecPlugin } from "./exec-plugin";
import { readNamedFile, unreadable } from "./named-file";

/** Not good for longer than the way to the server may take. */
const LEEWAY_MS = 10_000;

export interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  /** PEM, from an exec plugin; the connection's own certificate counts where there is none. */
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Credentials {
  /** Throws Unavailable, never with the secret. */
  current(): Promise<Credential>;
  /** After a 401: whether `current` may give another credential than `refused`. */
  renew(refused: Credential): boolean;
}

/** The certificate of the connection, or an anonymous user. */
export const noCredentials = fixed({});

export function tokenCredentials(token: string): Credentials {
  return fixed(bearer(token));
}

/** The writer of the file replaces the token before it expires. So it is read for each request, which costs 50 µs. */
export function tokenFileCredentials(file: string): Credentials {
  return {
    async current() {
      try {
        return { headers: bearer(await readNamedFile(file)) };
      } catch (error) {
        if (error instanceof StoreError) throw error;
        throw new StoreError("Unavailable", `token file ${file} cannot be read (${unreadable(error)})`);
      }
    },
    renew: () => true,
  };
}

/** A plugin's credential is good until its expiry or a 401, and one run of the plugin serves all who wait for it. */
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
  // A text that is no header value would be quoted in the sender's error.
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new StoreError("Unavailable", "the token of the kubeconfig is not one word of ASCII");
  return { authorization: `Bearer ${text}` };
}
