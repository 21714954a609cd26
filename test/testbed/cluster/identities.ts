import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Authority, KeyPair } from "./certificates";

/** Somebody the API server knows: by a token, or by a client certificate. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly token?: string;
  /** PEM. */
  readonly certificate?: KeyPair;
}

/** The API server reads its tokens once, at its start, so the users that have one are made beforehand. */
export const tokenUsers = ["alice", "bob", "carol"] as const;

const token = (): string => randomBytes(16).toString("hex");

export class Identities {
  readonly admin: User & { readonly token: string } = { name: "admin", groups: ["system:masters"], token: token() };
  private readonly known = new Map<string, Promise<User>>();

  constructor(private readonly authority: Authority) {
    const named: User[] = tokenUsers.map((name) => ({ name, groups: [], token: token() }));
    for (const user of [this.admin, ...named]) this.known.set(user.name, Promise.resolve(user));
  }

  /** One of those with a token, or anybody else with a client certificate, which is made on the spot. */
  user(name: string, groups: readonly string[] = []): Promise<User> {
    const known = this.known.get(name);
    if (known !== undefined && groups.length === 0) return known;
    const made = this.authority.issue({ name, groups }).then((certificate) => ({ name, groups, certificate }));
    if (groups.length === 0) this.known.set(name, made);
    return made;
  }

  /** The API server's `--token-auth-file`. */
  async writeTokenFile(path: string): Promise<string> {
    const users = (await Promise.all(this.known.values())).filter((user) => user.token !== undefined);
    const rows = users.map(({ token, name, groups }) => `${token},${name},${name},"${groups.join(",")}"\n`);
    await writeFile(path, rows.join(""), { mode: 0o600 });
    return path;
  }
}

export interface KubeconfigSpec {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly user: User;
  readonly namespace?: string;
}

/** Writes a kubeconfig with everything in it; its only context is called `testbed`. */
export async function writeKubeconfig(
  folder: string,
  { server, ca, user, namespace }: KubeconfigSpec,
): Promise<string> {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const { token, certificate } = user;
  const credentials = certificate && {
    "client-certificate-data": base64(certificate.certificate),
    "client-key-data": base64(certificate.key),
  };
  const path = join(folder, `kubeconfig-${randomBytes(6).toString("hex")}.yaml`);
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "testbed",
    clusters: [{ name: "testbed", cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: user.name, user: token === undefined ? credentials : { token } }],
    contexts: [{ name: "testbed", context: { cluster: "testbed", user: user.name, namespace } }],
  };
  await writeFile(path, stringify(content), { mode: 0o600 });
  return path;
}
