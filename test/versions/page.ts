/** docs/versions.md as text, out of what the runs have recorded. */
import type { Combination } from "./combinations";
import type { Recorded } from "./record";

/** A combination that has run. Without a record its table did not get to its end. */
export interface Finished {
  readonly combination: Combination;
  readonly recorded?: Recorded;
  readonly minutes: number;
}

export function page(finished: readonly Finished[], date: string, known: string): string {
  const names = finished.map(({ combination }) => combination.name);
  const header = (corner: string): string[] => [line([corner, ...names]), line(["---", ...names.map(() => "---")])];
  const labels = (of: (recorded: Recorded) => readonly string[]): string[] => [
    ...new Set(finished.flatMap(({ recorded }) => (recorded ? of(recorded) : []))),
  ];
  const versions = labels(({ versions }) => Object.keys(versions)).map((program) =>
    line([program, ...finished.map(({ recorded }) => recorded?.versions[program] ?? "")]),
  );
  const rows = labels(({ rows }) => rows.map(({ title }) => title)).map((title) =>
    line([title, ...finished.map(({ recorded }) => resultOf(recorded, title))]),
  );
  const sums = [
    line(["passed", ...finished.map(({ recorded }) => sumOf(recorded))]),
    line(["minutes", ...finished.map(({ minutes }) => minutes.toFixed(1))]),
  ];
  const whys = finished.map(({ combination: { name, why } }) => `- \`${name}\`: ${why}.`);
  return [
    "# Versions",
    "",
    `\`make versions\` ran on ${date} and wrote this page. Each column is one combination of versions; the programs themselves`,
    "told their versions. The rows are a short life from end to end. `make test` shows much more, on `default` alone.",
    "",
    ...whys,
    "",
    "## What was run",
    "",
    ...header("program"),
    ...versions,
    "",
    "## What came out",
    "",
    ...header("row"),
    ...rows,
    ...sums,
    "",
    known.trim(),
    "",
  ].join("\n");
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function resultOf(recorded: Recorded | undefined, title: string): string {
  const row = recorded?.rows.find((one) => one.title === title);
  if (row === undefined) return "not run";
  return row.hasPassed ? "ok" : "**failed**";
}

function sumOf(recorded: Recorded | undefined): string {
  const rows = recorded?.rows ?? [];
  return `${rows.filter(({ hasPassed }) => hasPassed).length} of ${rows.length}`;
}
