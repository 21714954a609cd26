/**
 * The figures of the long forms, in the table of docs/trust.md. `make trust` writes it. Each file can also run alone:
 *
 *   SOAK=1 RECORD=1 npx mocha test/trust/race.spec.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { isLong } from "./scale";

const DOCUMENT = join(__dirname, "../../docs/trust.md");
const ROW = /^\| \d+ \|.*\|$/;

export interface Figure {
  /** Which claim of the table this is about, from 1. One claim may have several rows. */
  readonly claim: number;
  /** What was done, in the table's words: `16 processes × 128 claims, API server`. Identifies the row within its claim. */
  readonly what: string;
  /** The outcome: `0 duplicates, 0 lost, 0 leaked`. */
  readonly outcome: string;
  /** How long it took. */
  readonly seconds: number;
}

/** Adds a row or replaces the old one, if `RECORD=1` is set and the form is the long one. */
export function record(figure: Figure): void {
  if (process.env.RECORD !== "1" || !isLong) return;
  writeFileSync(DOCUMENT, withFigure(readFileSync(DOCUMENT, "utf8"), figure, today()));
}

/** For a claim whose figure is the number of a suite's cases that came out as promised. The row has the suite's name. */
export function recordCases(suite: Mocha.Suite, claim: number): void {
  let started = 0;
  suite.beforeAll("its start", () => {
    started = performance.now();
  });
  suite.afterAll("its figure", () => {
    const passed = suite.tests.filter(({ state }) => state === "passed").length;
    const seconds = (performance.now() - started) / 1_000;
    record({
      claim,
      what: suite.fullTitle(),
      outcome: `${passed} of ${suite.tests.length} cases as promised`,
      seconds,
    });
  });
}

/** The document with the figure among its rows. Rows are sorted by claim, and new rows of one claim come last. */
export function withFigure(document: string, { claim, what, outcome, seconds }: Figure, taken: string): string {
  const lines = document.split("\n");
  // The document has other tables, too. This one starts with the head below and a line of dashes.
  const head = lines.findIndex((line) => line.startsWith("| Claim | What was done |"));
  if (head < 0) throw new Error("docs/trust.md has no table");
  const first = head + 2;
  let end = first;
  while (ROW.test(lines[end] ?? "")) end++;
  const row = `| ${claim} | ${what} | ${outcome} | ${Math.round(seconds)} s | ${taken} |`;
  const rows = lines.slice(first, end);
  const before = rows.findIndex((line) => line.startsWith(`| ${claim} | ${what} |`));
  if (before >= 0) rows[before] = row;
  else rows.push(row);
  const claimOf = (line: string) => Number(line.split("|")[1]);
  rows.sort((a, b) => claimOf(a) - claimOf(b));
  return [...lines.slice(0, first), ...rows, ...lines.slice(end)].join("\n");
}

function today(): string {
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores`;
}
