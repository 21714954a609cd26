import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { Ran } from "./run";

/** Unknown values in previews: Pulumi's own marker for a computed output. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's step for one resource of the program. */
export interface Row {
  readonly urn: string;
  /** Without `pulumi-nodejs:dynamic/`, so that both doors read alike: `metal3-ipam:IPPool`. */
  readonly type: string;
  readonly name: string;
  /** `create`, `update`, `same`, `delete`, `replace` (and its steps `create-replacement`, `delete-replaced`), `refresh`, … */
  readonly op: string;
  /** After an `op` of `refresh`: its finding, as `same`, `update` or `delete`. */
  readonly found?: string;
  readonly failed: boolean;
  readonly inputs: Record<string, unknown>;
  /** In a preview only known values. */
  readonly outputs: Record<string, unknown>;
  /** The outputs before: those of state, or those that a refresh has just found. */
  readonly before: Record<string, unknown>;
  /** The detailed diff: property path → `add`, `delete`, `update`, and these with `-replace`. */
  readonly diff: Record<string, string>;
}

/** A message to the user, as the CLI shows it under `Diagnostics`. */
export interface Diagnostic {
  readonly severity: string;
  readonly urn?: string;
  readonly message: string;
}

/** The result of a command of the CLI, with its steps from the engine's own event log. */
export interface PulumiResult extends Ran {
  /** How many resources by operation, without the stack itself and default providers; failed ones are not counted. */
  readonly changes: Readonly<Record<string, number>>;
  readonly rows: readonly Row[];
  /** Stack outputs, also of a preview; secrets read `[secret]`. */
  readonly outputs: Record<string, unknown>;
  readonly diagnostics: readonly Diagnostic[];
  /** Information without a required action, for example the addresses that change. */
  readonly notes: readonly Diagnostic[];
  /** Progress texts of rows. The CLI shows each until the next one. */
  readonly progress: readonly Diagnostic[];
}

interface State {
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

interface Step {
  readonly metadata: {
    op: string;
    urn: string;
    type: string;
    old: State | null;
    new: State | null;
    detailedDiff?: Record<string, { diffKind: string }> | null;
  };
}

interface EngineEvent {
  readonly resourcePreEvent?: Step;
  readonly resOutputsEvent?: Step;
  readonly resOpFailedEvent?: Step;
  readonly diagnosticEvent?: Diagnostic & { readonly ephemeral?: boolean };
}

/** Reads the event log of a finished command: one JSON object a line, of its last phase (of `up`: the update). */
export function readResult(ran: Ran, eventLog: string): PulumiResult {
  const lines = existsSync(eventLog) ? readFileSync(eventLog, "utf8").split("\n") : [];
  const events = lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as EngineEvent);
  const rows = rowsOf(events);
  const stack = events.findLast((event) => event.resOutputsEvent?.metadata.type === stackType);
  const said = events.flatMap((event) => event.diagnosticEvent ?? []).filter(({ severity }) => severity !== "debug");
  return {
    ...ran,
    rows,
    changes: countOps(rows),
    outputs: stack?.resOutputsEvent?.metadata.new?.outputs ?? {},
    diagnostics: said.filter(({ ephemeral, severity }) => ephemeral !== true && severity !== "info"),
    notes: said.filter(({ ephemeral, severity }) => ephemeral !== true && severity === "info"),
    progress: said.filter(({ ephemeral }) => ephemeral === true),
  };
}

/** Fails with the command's whole output unless it succeeded. Returns the result. */
export function expectSucceeded<R extends Ran>(result: R): R {
  assert.equal(result.code, 0, `${result.command}: exit code ${result.code}\n${result.all}`);
  return result;
}

/** Fails unless the command failed with a message that matches. */
export function expectFailed<R extends Ran>(result: R, message: RegExp): R {
  assert.notEqual(result.code, 0, `${result.command}: expected to fail, but it succeeded\n${result.all}`);
  assert.match(result.all, message);
  return result;
}

const stackType = "pulumi:pulumi:Stack";

function rowsOf(events: readonly EngineEvent[]): Row[] {
  const ours = ({ metadata }: Step): boolean =>
    metadata.type !== stackType && !metadata.type.startsWith("pulumi:providers:");
  const ends = events.flatMap((event) => event.resOutputsEvent ?? []);
  const failures = events.flatMap((event) => event.resOpFailedEvent ?? []);
  return events
    .flatMap((event) => event.resourcePreEvent ?? [])
    .filter(ours)
    .map(({ metadata }) => {
      const { urn, type, op } = metadata;
      const isRefresh = op === "refresh";
      // A refresh begins as `refresh` and ends with the name of its finding.
      const end = ends.find((step) => step.metadata.urn === urn && (isRefresh || step.metadata.op === op))?.metadata;
      const { old, new: now, detailedDiff } = end ?? metadata;
      const state = now ?? old;
      return {
        urn,
        type: type.replace("pulumi-nodejs:dynamic/", ""),
        name: urn.split("::").at(-1) ?? "",
        op,
        ...(isRefresh && end ? { found: end.op } : {}),
        failed: failures.some((step) => step.metadata.urn === urn && step.metadata.op === op),
        inputs: state?.inputs ?? {},
        outputs: state?.outputs ?? {},
        before: old?.outputs ?? {},
        diff: Object.fromEntries(Object.entries(detailedDiff ?? {}).map(([path, { diffKind }]) => [path, diffKind])),
      };
    });
}

/**
 * For a command that only refreshes: its findings. Otherwise
 * refreshes do not count, because the same resource has another row.
 */
function countOps(rows: readonly Row[]): Record<string, number> {
  const steps = rows.filter((row) => row.op !== "refresh" && !row.failed);
  const counted =
    steps.length > 0 ? steps.map((row) => row.op) : rows.filter((row) => !row.failed).flatMap((row) => row.found ?? []);
  const changes: Record<string, number> = {};
  for (const op of counted) changes[op] = (changes[op] ?? 0) + 1;
  return changes;
}
