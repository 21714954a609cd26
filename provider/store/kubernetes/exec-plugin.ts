/**
 * Credentials from a program that the kubeconfig names (kubernetes.io, "client-go credential plugins"): cloud logins.
 * No shell, fixed arguments, nobody at a terminal, bounded in time and output; what it prints is never shown, for it is
 * made of secrets.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import { asJson } from "../json";
import { StoreError } from "../store";
import type { ExecEntry } from "./kubeconfig-text";

export interface ExecPlugin {
  readonly entry: ExecEntry;
  /** For messages: `user kind-a`. */
  readonly who: string;
  /** Where a command with a separator in it starts. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** `spec.cluster` of what the plugin is told, where it asks for it. */
  readonly cluster: object;
}

export interface ExecCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since the epoch; undefined: until the server refuses it. */
  readonly expiresAt: number | undefined;
}

/** Enough for a cloud's slow login, and for none that waits for a person. */
const EXEC_TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

const answer = z.looseObject({
  kind: z.literal("ExecCredential"),
  status: z.looseObject({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/** Runs the plugin once. Throws Unavailable. */
export async function runExecPlugin(plugin: ExecPlugin, timeoutMs = EXEC_TIMEOUT_MS): Promise<ExecCredential> {
  const fail = (why: string) =>
    new StoreError("Unavailable", `exec plugin ${plugin.entry.command} of ${plugin.who} ${why}; try it with kubectl`);
  const output = await outputOf(plugin, timeoutMs, fail);
  const read = answer.safeParse(asJson(output));
  if (!read.success) throw fail("did not print an ExecCredential");
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = read.data.status;
  if (!token && !(clientCertificateData && clientKeyData)) throw fail("gave neither a token nor a certificate");
  const expiresAt = expirationTimestamp ? Date.parse(expirationTimestamp) : undefined;
  if (Number.isNaN(expiresAt)) throw fail("gave an expirationTimestamp that is none");
  return { token: token || undefined, certificate: clientCertificateData, key: clientKeyData, expiresAt };
}

function outputOf(plugin: ExecPlugin, timeoutMs: number, fail: (why: string) => StoreError): Promise<string> {
  const { entry, folder } = plugin;
  const command = /[/\\]/.test(entry.command) ? path.resolve(folder, entry.command) : entry.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, entry.args ?? [], {
      env: environmentOf(plugin),
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
    });
    let fault: string | undefined;
    const end = (why: string) => {
      fault ??= why;
      child.kill("SIGKILL");
      // A child of its own may hold the other end.
      child.stdout.destroy();
    };
    const timer = setTimeout(() => end(`was stopped: it had not ended after ${timeoutMs / 1000} s`), timeoutMs);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
      if (output.length > MAX_OUTPUT_BYTES) end(`printed more than ${MAX_OUTPUT_BYTES} bytes`);
    });
    child.once("error", (error: NodeJS.ErrnoException) => end(`could not be started (${error.code})`));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      fault ??= code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`;
      if (fault === undefined) resolve(output);
      else reject(fail(fault));
    });
  });
}

function environmentOf({ entry, env, cluster }: ExecPlugin): NodeJS.ProcessEnv {
  const info = {
    apiVersion: entry.apiVersion ?? "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: { interactive: false, ...(entry.provideClusterInfo && { cluster }) },
  };
  // Pulumi hands its plugins the stack's configuration, secrets and all: that is not for a login program.
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("PULUMI_CONFIG")));
  const own = Object.fromEntries((entry.env ?? []).map(({ name, value }) => [name, value]));
  return { ...inherited, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}
