/** Turns the configuration of a stack into all that a client needs to reach a cluster. */
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
import { kubeconfigWording } from "./kubeconfig-wording";
import { type TlsOptions, tlsOptions, tlsWarnings } from "./tls-options";

export interface Connection {
  /** Without a slash at its end. */
  readonly server: URL;
  /** Not used for plain http, which is for loopback only. */
  readonly tls: TlsOptions;
  readonly proxy: URL | undefined;
  readonly credentials: Credentials;
  /** Sent with each request in addition to the credential: the user to impersonate. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The namespace of the context. */
  readonly namespace: string | undefined;
  readonly context: string;
  /** One line each, for the user. */
  readonly warnings: readonly string[];
  /** The same for each address and each user of the same API server. */
  readonly target: Target;
}

/**
 * Reads the kubeconfig and the files that it names, but does not connect. Throws an Error of one line, without secrets, if
 * something is missing or wrong.
 *
 * A kubeconfig that is given as content may come from anywhere. It starts no process and reads no file unless `allowExec` is set.
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
    headers: impersonation(user),
    namespace: chosen.namespace,
    context: chosen.name,
    warnings: [...chosen.warnings, ...tlsWarnings(chosen, tls, now)],
    target: { id: `kubernetes:${hash}`, description: `cluster ${cluster.name} (${server.href.replace(/\/$/, "")})` },
  };
}

/** The path counts, because a gateway may serve many clusters with one certificate, each below a path of its own. */
function identityOf(server: URL, ca: string | undefined): string {
  if (ca === undefined) return server.href;
  return ca.replaceAll(/\s+/g, "") + (server.pathname === "/" ? "" : server.pathname);
}

/** Throws if the kubeconfig is content that starts processes or reads files, and `allowExec` is not set. */
function requireHarmless({ isContent, cluster, user }: ChosenContext, { allowExec, words }: KubeconfigSource): void {
  if (!isContent || allowExec) return;
  const risky = [
    user.exec && kubeconfigWording.startsProgram(`users[${user.name}].user.exec`),
    ...(["tokenFile", "client-certificate", "client-key"] as const).map(
      (field) => user[field] && kubeconfigWording.readsFile(`users[${user.name}].user.${field}`),
    ),
    cluster["certificate-authority"] &&
      kubeconfigWording.readsFile(`clusters[${cluster.name}].cluster.certificate-authority`),
  ].find((found) => found);
  if (!risky) return;
  throw new Error(kubeconfigWording.harmful(words.setting("kubeconfig"), risky, words.giving("allowExec", "true")));
}

function serverUrl({ cluster }: ChosenContext): URL {
  const url = URL.canParse(cluster.server) ? new URL(cluster.server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new Error(kubeconfigWording.notUrl(cluster.name));
  if (url.username || url.password) throw new Error(kubeconfigWording.userInUrl(cluster.name));
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new Error(kubeconfigWording.plainHttp(cluster.name, url.origin));
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
  // The message does not quote the URL, because it often has a password.
  throw new Error(kubeconfigWording.badProxy(cluster.name));
}

async function credentialsOf(chosen: ChosenContext, env: NodeJS.ProcessEnv, tls: TlsOptions, now: () => number) {
  const { user, cluster } = chosen;
  const who = `user ${user.name}`;
  if (user.tokenFile) return tokenFileCredentials(path.resolve(user.folder, user.tokenFile));
  if (user.token) return tokenCredentials(user.token);
  if (user.exec) {
    if (user.exec.interactiveMode === "Always") {
      throw new Error(kubeconfigWording.terminal(user.exec.command, user.name));
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
  if (login) throw new Error(kubeconfigWording.unsupportedLogin(login, user.name));
  return noCredentials;
}

/** API servers take no passwords since Kubernetes 1.19, and kubectl has removed its auth-providers. */
function unsupportedLogin(user: UserEntry): string | undefined {
  const provider = user["auth-provider"];
  if (provider) return `auth-provider ${provider.name}`;
  return user.username || user.password ? "username and password" : undefined;
}

/** The plugin's own configuration in a kubeconfig: https://kubernetes.io/docs/reference/config-api/client-authentication.v1 */
function execConfig(cluster: ChosenContext["cluster"]): unknown {
  const extensions = (cluster as { extensions?: unknown }).extensions;
  if (!Array.isArray(extensions)) return undefined;
  return extensions.find((each) => each?.name === "client.authentication.k8s.io/exec")?.extension;
}

/** The headers for `as`, `as-uid` and `as-groups`: the user that RBAC judges. */
function impersonation(user: ChosenContext["user"]): Record<string, string | string[]> {
  if (Object.keys(user["as-user-extra"] ?? {}).length > 0)
    throw new Error(kubeconfigWording.unsupportedExtra(user.name));
  const groups = user["as-groups"] ?? [];
  // A text that is not a header value would fail in each request, and would be tried again.
  const isSendable = [user.as, user["as-uid"], ...groups].every((name) => /^[ -~]*$/.test(name ?? ""));
  if (!isSendable) throw new Error(kubeconfigWording.badImpersonation(user.name));
  return {
    ...(user.as && { "impersonate-user": user.as }),
    ...(user["as-uid"] && { "impersonate-uid": user["as-uid"] }),
    ...(groups.length > 0 && { "impersonate-group": [...groups] }),
  };
}
