import type { Credential } from "./credentials";

/** Shorter words are no secrets, and would be found by chance. */
const LEAST_LENGTH = 8;

/**
 * What was sent to say who we are, and may come back: proxies and servers quote a request's headers in their errors, and
 * those end in logs. The server itself knows it anyway.
 */
export class SentCredentials {
  readonly #forms = new Set<string>();

  add({ headers }: Credential): void {
    const [scheme, sent = ""] = (headers.authorization ?? "").split(" ");
    const secrets = [sent];
    if (scheme === "Basic") secrets.push(...passwordIn(sent));
    for (const secret of secrets.filter(({ length }) => length >= LEAST_LENGTH)) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
        this.#forms.add(form);
    }
  }

  /** The text without any of it. */
  hide(text: string): string {
    let hidden = text;
    for (const form of this.#forms) if (hidden.includes(form)) hidden = hidden.replaceAll(form, "[credential]");
    return hidden;
  }
}

function passwordIn(sent: string): string[] {
  const text = Buffer.from(sent, "base64").toString("utf8");
  return [text, text.slice(text.indexOf(":") + 1)];
}
