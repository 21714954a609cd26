/** From stack configuration to what a client needs to reach a cluster. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { Target } from "../store";
import {
  type Credentials,
  execCredentials,
  noCredentials,
  tokenCredentials,
  tokenFileCredentials,
} from "./credentials";
import { inClusterContext } from "./in-cluster";
import { type ChosenContext, chooseContext, type KubeconfigSource } from "./kubeconfig";
import type { UserEntry } from "./kubeconfig-text";
import { type TlsOptions, tlsOptions, tlsWarnings } from "./tls-options";

export interface Connection {
  /** Without a slash at its end. */
  readonly server: URL;
  /** Plain http (loopback only) does not use them. */
  readonly tls: TlsOptions;
  readonly proxy: URL | undefined;
  readonly credentials: Credentials;
  /** Sent with each request besides the credential: whom to act as. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The context's own. */
  readonly namespace: string | undefined;
  readonly context: string;
  /** One line each, for the user. */
  readonly warnings: readonly string[];
  /** The same for the same API server, whatever its address and whoever asks. */
  readonly target: Target;
}

/**
 * Reads the kubeconfig and all that it names, and connects to nothing. Throws an Error of one line, without secrets,
 * where something named is missing or is not what it should be.
 *
 * What came as content may have come from anywhere: it starts no process and reads no file unless `allowExec` says so.
 */
export async function openConnection(source: KubeconfigSource, now: () => number = Date.now): Promise<Connection> {
  const chosen = (await chooseContext(source)) ?? (await inClusterContext(source));
  requireHarmless(chosen, source);
  const { cluster, user } = chosen;
  const server = serverUrl(chosen);
  const tls = await tlsOptions(chosen);
  const hash = createHash("sha256").update(identityOf(server, tls.ca)).digest("hex");
  return {
    server,
    tls,
    proxy: proxyOf(chosen),
    credentials: await credentialsOf(chosen, source.env, tls, now),
    headers: impersonation(user, `user ${user.name}`),
    namespace: chosen.namespace,
    context: chosen.name,
    warnings: [...chosen.warnings, ...tlsWarnings(chosen, tls, now)],
    target: { id: `kubernetes:${hash}`, description: `cluster ${cluster.name} (${server.href.replace(/\/$/, "")})` },
  };
}

/** Gateways serve many clusters with one certificate, each below a path of its own. */
function identityOf(server: URL, ca: string | undefined): string {
  if (ca === undefined) return server.href;
  return ca.replaceAll(/\s+/g, "") + (server.pathname === "/" ? "" : server.pathname);
}

/** Throws for content that starts processes or reads files. */
function requireHarmless({ isContent, cluster, user }: ChosenContext, { allowExec, words }: KubeconfigSource): void {
  if (!isContent || allowExec) return;
  const risky = [
    user.exec && `users[${user.name}].user.exec, which starts a program`,
    ...(["tokenFile", "client-certificate", "client-key"] as const).map(
      (field) => user[field] && `users[${user.name}].user.${field}, which reads a file`,
    ),
    cluster["certificate-authority"] && `clusters[${cluster.name}].cluster.certificate-authority, which reads a file`,
  ].find((found) => found);
  if (!risky) return;
  throw new Error(
    `the kubeconfig in ${words.setting("kubeconfig")} has ${risky}: allow it with ${words.giving("allowExec", "true")} ` +
      "if you trust its source, or give the path of a kubeconfig instead of its content",
  );
}

function serverUrl({ cluster }: ChosenContext): URL {
  const what = `the server of cluster ${cluster.name}`;
  const url = URL.canParse(cluster.server) ? new URL(cluster.server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new Error(`${what} is not an http(s) URL`);
  if (url.username || url.password) throw new Error(`${what} has a user or password in its URL: name a user instead`);
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new Error(`${what} is ${url.origin}: plain http is for this machine only, use https`);
  }
  url.search = url.hash = "";
  return url;
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function proxyOf({ cluster }: ChosenContext): URL | undefined {
  const text = cluster["proxy-url"];
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  // Not quoted: proxies often have a password in their URL.
  throw new Error(`the proxy-url of cluster ${cluster.name} is not http or https, and other proxies are not supported`);
}

async function credentialsOf(chosen: ChosenContext, env: NodeJS.ProcessEnv, tls: TlsOptions, now: () => number) {
  const { user, cluster } = chosen;
  const who = `user ${user.name}`;
  if (user.tokenFile) return tokenFileCredentials(path.resolve(user.folder, user.tokenFile));
  if (user.token) return tokenCredentials(user.token);
  if (user.exec) {
    if (user.exec.interactiveMode === "Always") {
      throw new Error(
        `exec plugin ${user.exec.command} of ${who} wants a terminal (interactiveMode), and there is none`,
      );
    }
    const told = {
      server: cluster.server,
      "tls-server-name": cluster["tls-server-name"] ?? undefined,
      "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] ?? undefined,
      "certificate-authority-data": tls.ca && Buffer.from(tls.ca).toString("base64"),
      "proxy-url": cluster["proxy-url"] ?? undefined,
      config: execConfig(cluster),
    };
    return execCredentials({ entry: user.exec, who, folder: user.folder, env, cluster: told }, now);
  }
  const login = unsupportedLogin(user);
  if (login) {
    throw new Error(`${login} of ${who} is not supported: use a token, a client certificate or an exec plugin`);
  }
  return noCredentials;
}

/** API servers take no passwords since Kubernetes 1.19, and kubectl has removed its auth-providers. */
function unsupportedLogin(user: UserEntry): string | undefined {
  const provider = user["auth-provider"];
  if (provider) return `auth-provider ${provider.name}`;
  return user.username || user.password ? "username and password" : undefined;
}

/** What a kubeconfig has for its plugin: https://kubernetes.io/docs/reference/config-api/client-authentication.v1 */
function execConfig(cluster: ChosenContext["cluster"]): unknown {
  const extensions = (cluster as { extensions?: unknown }).extensions;
  if (!Array.isArray(extensions)) return undefined;
  return extensions.find((each) => each?.name === "client.authentication.k8s.io/exec")?.extension;
}

/** `as` and its kin: whom RBAC shall take us for. */
function impersonation(user: UserEntry, who: string): Record<string, string | string[]> {
  if (Object.keys(user["as-user-extra"] ?? {}).length > 0) throw new Error(`as-user-extra of ${who} is not supported`);
  const groups = user["as-groups"] ?? [];
  // What is no header value would be an error of each request, and tried again.
  const isSendable = [user.as, user["as-uid"], ...groups].every((name) => /^[ -~]*$/.test(name ?? ""));
  if (!isSendable) throw new Error(`as, as-uid and as-groups of ${who} must be one line of ASCII each`);
  return {
    ...(user.as && { "impersonate-user": user.as }),
    ...(user["as-uid"] && { "impersonate-uid": user["as-uid"] }),
    ...(groups.length > 0 && { "impersonate-group": [...groups] }),
  };
}
