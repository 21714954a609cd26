/** A folder with a pool in use. Nothing may change in it while faults are reported. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Handlers, handlersOver } from "../../provider/compose";
import { printed } from "../../provider/pulumi/failed-check";
import type { CheckResponse, Properties } from "../../provider/resources/handler";
import { openFileStore } from "../../provider/store/file/file-store";
import { type Declared, Stack, testEnvironment } from "../resources/program";

/** The answer of a check: each failure as [property, reason]. */
export interface Says {
  readonly failures: readonly (readonly [string, string])[];
  readonly warnings?: readonly string[];
}

/** The objects of another stack, which exist before any fault is made. */
const OTHERS: readonly Declared[] = [
  { kind: "ipPool", as: "net", args: { name: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24 } },
  { kind: "ipPool", as: "six", args: { name: "six", pools: [{ start: "2001:db8::10", end: "2001:db8::19" }] } },
  { kind: "ipPool", as: "tiny", args: { name: "tiny", pools: [{ start: "10.9.0.1", end: "10.9.0.1" }] } },
  { kind: "preAllocation", as: "taken", args: { pool: "net", host: "taken", address: "10.0.0.12" } },
  { kind: "preAllocation", as: "only", args: { pool: "tiny", host: "only" } },
  { kind: "ipClaim", as: "vip", args: { pool: "net", name: "vip", address: "10.0.0.13" } },
];

export async function openWorld() {
  const directory = await mkdtemp(join(tmpdir(), "bad-input-"));
  const store = openFileStore(directory);
  await new Stack(store, "metal/other").up(OTHERS);

  /** Each check is a process of its own. */
  async function check(kind: keyof Handlers, news: Properties, olds?: Properties): Promise<CheckResponse> {
    const handlers = handlersOver(store, testEnvironment(), "metal3");
    return handlers[kind].check({ owner: { stack: "metal/dev", resource: "mine" }, olds, news });
  }
  return { directory, store, check, close: () => rm(directory, { recursive: true, force: true }) };
}

/** Every file with its content: two that are equal differ in no byte. */
export function snapshot(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(path, "base64")]));
}

export function saysOf({ failures, warnings }: CheckResponse): Says {
  return {
    failures: failures.map(printed).map(({ property, reason }) => [property, reason]),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** One line, bounded, and no trace of a stack. */
export function assertOneLine(text: string): void {
  assert.doesNotMatch(text, /[\r\n]/, "more than one line");
  assert.doesNotMatch(text, /\bat .*\.[jt]s:\d+/, "a stack");
  assert.ok(text.length < 2_000, `${text.length} characters`);
}

/** The rule for all our messages: they hold nothing that only the code's author understands. */
export function assertReadable(text: string): void {
  assertOneLine(text);
  assert.doesNotMatch(text.replaceAll(/"[^"]*"/g, '""'), /\[object |undefined|NaN/, "the code's words");
}
