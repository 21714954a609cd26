/**
 * One kubeconfig file as client-go reads it (k8s.io/client-go, `tools/clientcmd/api/v1/types.go`), as far as it is
 * about reaching a server.
 *
 * Read by our own schema. What the JavaScript client makes of a kubeconfig (`@kubernetes/client-node` 1.4.0, tried)
 * differs from kubectl: `tokenFile` is ignored, names that two files share are an error, an exec plugin without an expiry
 * runs again for each request, refreshing OIDC always throws; and it takes 0.4 s to load, in each of a run's processes.
 *
 * No message quotes the text: it may hold tokens and keys.
 */
import { isScalar, type Node, parseDocument, visit } from "yaml";
import { z } from "zod";
import { isTooDeep } from "../yaml-depth";
import { MAX_NAMED_BYTES } from "./named-file";

/** Go's decoder takes null for "not there", and so do the kubeconfigs that tools write. */
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

/** What one text says, by name; within one text the first of a name wins, as the first file does. */
export interface KubeconfigText {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string | undefined;
}

/** `what` begins the message of what is thrown: `kubeconfig /home/me/.kube/config`. */
export function parseKubeconfig(content: string, what: string): KubeconfigText {
  if (content.length > MAX_NAMED_BYTES) throw new Error(`${what} is larger than ${MAX_NAMED_BYTES} bytes`);
  const read = kubeconfig.safeParse(readYaml(content, what) ?? {});
  if (!read.success) {
    // Paths and what is expected there; never a value.
    const faults = read.error.issues.map((issue) => `${issue.path.join(".") || "the whole"} ${faultOf(issue)}`);
    throw new Error(`${what}: ${faults.slice(0, 5).join("; ")}`);
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
  return issue.code === "invalid_type" ? `is missing or is not of type ${issue.expected}` : "is not what is expected";
}

function readYaml(content: string, what: string): unknown {
  if (isTooDeep(content)) throw new Error(`${what} is nested too deeply`);
  try {
    // Duplicates are looked for below: the parser's own search takes quadratic time.
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
    const where = error instanceof Error && /^line \d+: [A-Z_]+$/.test(error.message) ? ` (${error.message})` : "";
    throw new Error(`${what} is neither YAML nor JSON${where}`);
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
