/**
 * Keeps the key of a stack's secrets, as HashiCorp's Vault does for Pulumi. A passphrase would do, but Pulumi stretches it
 * over a million rounds in each command. That costs a fifth of a second and tests nothing of this provider.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface KeyKeeper {
  /** Its address for Pulumi. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/** Part of a stack's settings. The key is the same for all stacks, and not encrypted. */
export const keptKey = { secretsprovider: "hashivault://tests", encryptedkey: base64("a key") };

export async function startKeyKeeper(): Promise<KeyKeeper> {
  const answer = JSON.stringify({ data: { plaintext: base64("thirty-two bytes, only for tests") } });
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json").end(answer);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  const env = { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "only for tests" };
  return { env, close: () => server.closeAllConnections() ?? server.close() };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
