import type { Credential } from "./credentials";

/** A shorter word is not a secret, and could occur by chance. */
const LEAST_LENGTH = 8;

/**
 * The credentials that were sent. They may come back: proxies and servers quote a request's headers in their errors, and those
 * end in logs.
 */
export class SentCredentials {
  readonly #forms = new Set<string>();

  add({ headers }: Credential): void {
    const [, secret = ""] = (headers.authorization ?? "").split(" ");
    if (secret.length < LEAST_LENGTH) return;
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) this.#forms.add(form);
  }

  /** The text without any credential. */
  hide(text: string): string {
    let hidden = text;
    for (const form of this.#forms) if (hidden.includes(form)) hidden = hidden.replaceAll(form, "[credential]");
    return hidden;
  }
}
