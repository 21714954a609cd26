/**
 * Reads one kubeconfig file as client-go does (k8s.io/client-go, `tools/clientcmd/api/v1/types.go`), as far as it is needed to
 * reach a server.
 *
 * It uses a schema of our own, because the JavaScript client (`@kubernetes/client-node` 1.4.0, tried) differs from kubectl. It
 * ignores `tokenFile`, fails if two files share a name, runs an exec plugin without an expiry again for each request, and
 * always throws when it refreshes OIDC. It also takes 0.4 s to load, in each process of a run.
 *
 * No message quotes the text, because it may hold tokens and keys.
 */
import { isScalar, type Node, parseDocument, visit } from "yaml";
import { z } from "zod";
import { isTooDeep } from "../yaml-depth";
import { kubeconfigWording } from "./kubeconfig-wording";
import { MAX_NAMED_BYTES } from "./named-file";

/** Go's decoder treats null as a missing field, and tools write such kubeconfigs. */
const text = z.string().nullish();
const flag = z.boolean().nullish();

const cluster = z.looseObject({
  server: z.string(),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": flag,
  "tls-server-name": text,
  "proxy-url": text,
});

const exec = z.looseObject({
  apiVersion: text,
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  interactiveMode: text,
  provideClusterInfo: flag,
});

const user = z.looseObject({
  token: text,
  tokenFile: text,
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  username: text,
  password: text,
  exec: exec.nullish(),
  "auth-provider": z.looseObject({ name: z.string(), config: z.record(z.string(), z.string()).nullish() }).nullish(),
  as: text,
  "as-uid": text,
  "as-groups": z.array(z.string()).nullish(),
  "as-user-extra": z.record(z.string(), z.array(z.string())).nullish(),
});

const context = z.looseObject({ cluster: z.string(), user: text, namespace: text });

const kubeconfig = z.looseObject({
  clusters: z.array(z.looseObject({ name: z.string(), cluster })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: user.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context })).nullish(),
  "current-context": text,
});

export type ClusterEntry = z.infer<typeof cluster>;
export type UserEntry = z.infer<typeof user>;
export type ContextEntry = z.infer<typeof context>;
export type ExecEntry = z.infer<typeof exec>;

/** The entries of one text, by name. The first entry of a name wins, as the first file does. */
export interface KubeconfigText {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string | undefined;
}

/** `what` begins each error's message: `Kubeconfig /home/me/.kube/config`. */
export function parseKubeconfig(content: string, what: string): KubeconfigText {
  if (content.length > MAX_NAMED_BYTES) throw new Error(kubeconfigWording.tooLarge(what, MAX_NAMED_BYTES));
  const read = kubeconfig.safeParse(readYaml(content, what) ?? {});
  if (!read.success) {
    // The message has paths and the expected types, but never a value.
    throw new Error(kubeconfigWording.invalid(what, read.error.issues.slice(0, 5).map(faultOf)));
  }
  const { clusters, users, contexts } = read.data;
  return {
    clusters: firstOfName(clusters, (entry) => entry.cluster),
    users: firstOfName(users, (entry) => entry.user ?? {}),
    contexts: firstOfName(contexts, (entry) => entry.context),
    currentContext: read.data["current-context"] || undefined,
  };
}

function faultOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  return issue.code === "invalid_type"
    ? kubeconfigWording.wrongType(path, issue.expected)
    : kubeconfigWording.unexpected(path);
}

function readYaml(content: string, what: string): unknown {
  if (isTooDeep(content)) throw new Error(kubeconfigWording.tooDeep(what));
  try {
    // The code below looks for duplicates, because the parser's own search takes quadratic time.
    const document = parseDocument(content, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
    const [fault] = document.errors;
    const at = (offset: number, code: string) => `line ${content.slice(0, offset).split("\n").length}: ${code}`;
    if (fault !== undefined) throw new Error(at(fault.pos[0], fault.code));
    visit(document, {
      Map(_, { items }) {
        const seen = new Set<unknown>();
        for (const { key } of items) {
          const name = isScalar(key) ? key.value : key;
          if (seen.has(name)) throw new Error(at((key as Node | null)?.range?.[0] ?? 0, "DUPLICATE_KEY"));
          seen.add(name);
        }
      },
    });
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const where = error instanceof Error && /^line \d+: [A-Z_]+$/.test(error.message) ? error.message : undefined;
    throw new Error(kubeconfigWording.notYaml(what, where));
  }
}

function firstOfName<Entry extends { name: string }, T>(
  entries: readonly Entry[] | null | undefined,
  of: (entry: Entry) => T,
) {
  const named = new Map<string, T>();
  for (const entry of entries ?? []) if (!named.has(entry.name)) named.set(entry.name, of(entry));
  return named;
}
