/** The record of one run of the table for the page, in the file that METAL3_IPAM_RECORD names. */
import { writeFileSync } from "node:fs";

export interface Row {
  readonly title: string;
  readonly hasPassed: boolean;
  readonly seconds: number;
}

export interface Recorded {
  /** Program to version, as the program itself reports it. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** Records the suite's rows while they run, and writes them when the suite ends. */
export function recordRows(suite: Mocha.Suite, versions: () => Promise<Recorded["versions"]>): void {
  const file = process.env.METAL3_IPAM_RECORD;
  if (!file) return;
  const rows: Row[] = [];
  suite.afterEach("record", function () {
    const { currentTest } = this;
    if (!currentTest) return;
    const title = currentTest.titlePath().slice(1).join(": ");
    rows.push({ title, hasPassed: currentTest.state === "passed", seconds: (currentTest.duration ?? 0) / 1000 });
  });
  suite.afterAll("record", async () => {
    writeFileSync(file, JSON.stringify({ versions: await versions(), rows }));
  });
}
