/** docs/versions.md as text, from the records of the runs. */
import type { Combination } from "./combinations";
import type { Recorded } from "./record";

/** The last run of a combination. Without a date it has not run. Without a record its table did not end. */
export interface Finished {
  readonly combination: Combination;
  readonly date?: string;
  /** The commit that had changed the product last. */
  readonly product?: string;
  readonly recorded?: Recorded;
  /** The minutes of the table, without the builds before it. */
  readonly minutes?: number;
}

export function page(finished: readonly Finished[], known: string): string {
  const names = finished.map(({ combination }) => combination.name);
  const header = (corner: string): string[] => [line([corner, ...names]), line(["---", ...names.map(() => "---")])];
  const labels = (of: (recorded: Recorded) => readonly string[]): string[] => [
    ...new Set(finished.flatMap(({ recorded }) => (recorded ? of(recorded) : []))),
  ];
  const each = (title: string, cell: (one: Finished) => string): string => line([title, ...finished.map(cell)]);
  const versions = labels(({ versions }) => Object.keys(versions)).map((program) =>
    each(program, ({ recorded }) => recorded?.versions[program] ?? ""),
  );
  const rows = labels(({ rows }) => rows.map(({ title }) => title)).map((title) =>
    each(title, ({ recorded }) => resultOf(recorded, title)),
  );
  const whys = finished.map(({ combination: { name, why } }) => `- \`${name}\`: ${why}.`);
  return [
    "# Versions",
    "",
    "`make versions` writes this page. Each column is the last run of one combination of versions. The versions are what the programs",
    "themselves reported. `product` is the last commit that had changed the product. The rows are a short life of a stack, from its first",
    "preview to its end. `make test` shows much more, on `default` alone.",
    "",
    ...whys,
    "",
    "## What was run",
    "",
    ...header("program"),
    ...versions,
    each("product", ({ product }) => product ?? ""),
    each("ran on", ({ date }) => date ?? "not run"),
    "",
    "## What came out",
    "",
    ...header("row"),
    ...rows,
    each("passed", sumOf),
    each("minutes", ({ minutes }) => minutes?.toFixed(1) ?? ""),
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

function sumOf({ date, recorded }: Finished): string {
  if (date === undefined) return "not run";
  if (recorded === undefined) return "**did not end**";
  return `${recorded.rows.filter(({ hasPassed }) => hasPassed).length} of ${recorded.rows.length}`;
}
