import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Authority, KeyPair } from "./certificates";

/** A user that the API server knows by a token or by a client certificate. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly token?: string;
  readonly certificate?: KeyPair;
}

/** The API server reads tokens once, at its start, so their owners are fixed. They belong to no group. */
export const tokenUsers = ["alice", "bob", "carol"] as const;

export class Identities {
  readonly admin = withToken("admin", ["system:masters"]);
  private readonly known = new Map<string, Promise<User> | User>();

  constructor(private readonly authority: Authority) {
    for (const user of [this.admin, ...tokenUsers.map((name) => withToken(name))]) this.known.set(user.name, user);
  }

  /** A user with a token, or another user with a new client certificate. */
  async user(name: string, groups?: readonly string[]): Promise<User> {
    const known = await this.known.get(name);
    if (known !== undefined && (groups === undefined || String(groups) === String(known.groups))) return known;
    if (known?.token !== undefined)
      throw new Error(
        `${name} has a token, and its groups are fixed: [${known.groups}]. Use another name for other groups.`,
      );
    const made = this.authority
      .issue({ name, groups })
      .then((certificate) => ({ name, groups: groups ?? [], certificate }));
    this.known.set(name, made);
    return made;
  }

  /** Content of the API server's `--token-auth-file`. */
  async tokenFile(): Promise<string> {
    const users = await Promise.all(this.known.values());
    return users.map(({ token, name, groups }) => `${token},${name},${name},"${groups.join(",")}"\n`).join("");
  }
}

function withToken(name: string, groups: readonly string[] = []) {
  return { name, groups, token: randomBytes(16).toString("hex") };
}

export interface KubeconfigContent {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly user: User;
  readonly namespace?: string;
}

/** Writes a kubeconfig that needs no other file, readable by its owner only. Its one context is called `testbed`. */
export async function writeKubeconfig(root: string, content: KubeconfigContent): Promise<string> {
  const { server, ca, user, namespace } = content;
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const credentials =
    user.certificate === undefined
      ? { token: user.token }
      : {
          "client-certificate-data": base64(user.certificate.certificate),
          "client-key-data": base64(user.certificate.key),
        };
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "testbed",
    clusters: [{ name: "testbed", cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: user.name, user: credentials }],
    contexts: [{ name: "testbed", context: { cluster: "testbed", user: user.name, namespace } }],
  };
  const path = join(root, `kubeconfig-${randomBytes(6).toString("hex")}.yaml`);
  await writeFile(path, stringify(kubeconfig), { mode: 0o600 });
  return path;
}
