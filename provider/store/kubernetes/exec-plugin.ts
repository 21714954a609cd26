/**
 * Gets credentials from a program that the kubeconfig names (kubernetes.io, "client-go credential plugins"), such as a cloud
 * login. It runs without a shell and without a terminal, with fixed arguments. Its time and its output are limited. No message
 * shows its output, because that holds secrets.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import { asJson } from "../json";
import { StoreError } from "../store";
import type { ExecEntry } from "./kubeconfig-text";
import { credentialWording } from "./wording";

export interface ExecPlugin {
  readonly entry: ExecEntry;
  /** For messages: `user kind-a`. */
  readonly who: string;
  /** A command with a path separator is relative to it. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** `spec.cluster` of the plugin's input, if the plugin asks for it. */
  readonly cluster: object;
}

export interface ExecCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since the epoch. Undefined: valid until the server refuses it. */
  readonly expiresAt: number | undefined;
}

/** Enough for a slow cloud login, but a login that waits for a person fails. */
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
    new StoreError("Unavailable", credentialWording.exec(plugin.entry.command, plugin.who, why));
  const output = await outputOf(plugin, timeoutMs, fail);
  const read = answer.safeParse(asJson(output));
  if (!read.success) throw fail(credentialWording.notCredential);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = read.data.status;
  if (!token && !(clientCertificateData && clientKeyData)) throw fail(credentialWording.noSecret);
  const expiresAt = expirationTimestamp ? Date.parse(expirationTimestamp) : undefined;
  if (Number.isNaN(expiresAt)) throw fail(credentialWording.badExpiry);
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
      // A child process of the plugin may keep the pipe open.
      child.stdout.destroy();
    };
    const timer = setTimeout(() => end(credentialWording.stopped(timeoutMs / 1000)), timeoutMs);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
      if (output.length > MAX_OUTPUT_BYTES) end(credentialWording.tooMuchOutput(MAX_OUTPUT_BYTES));
    });
    child.once("error", (error: NodeJS.ErrnoException) => end(credentialWording.notStarted(error.code)));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      fault ??= code === 0 ? undefined : credentialWording.ended(signal ?? `exit code ${code}`);
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
  // Pulumi passes the stack's configuration, with its secrets, to its plugins. A login program must not get it.
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("PULUMI_CONFIG")));
  const own = Object.fromEntries((entry.env ?? []).map(({ name, value }) => [name, value]));
  return { ...inherited, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}
