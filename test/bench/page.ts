/** The tables of docs/performance.md. The text around them is written by hand. */
import { cpus } from "node:os";
import type { Bar } from "./bar";

const BEGIN = "<!-- `make bench` writes the lines from here -->";
const END = "<!-- to here -->";

/** `taken`: a date. `minutes`: how long all of it took. */
export function withBars(document: string, bars: readonly Bar[], taken: string, minutes: number): string {
  const [first, last] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (first < 0 || last < first) throw new Error("docs/performance.md has no place for the figures");
  const sorted = [...bars].sort((a, b) => a.number - b.number);
  const missed = bars.filter(({ isMet }) => !isMet).length;
  const lines = [
    `Taken on ${taken}: ${cpus().length} cores, Node ${process.versions.node}, ${minutes.toFixed(0)} minutes. ${bars.length - missed} rows meet their bar, and ${missed} miss it.`,
    "",
    "| bar | what | measured | figure | limit | |",
    "|---|---|---|---|---|---|",
    ...sorted.map(rowOf),
  ];
  return `${document.slice(0, first)}${BEGIN}\n\n${lines.join("\n")}\n\n${document.slice(last)}`;
}

function rowOf({ number, what, measured, figure, limit, isMet }: Bar): string {
  return `| ${number} | ${what} | ${measured} | ${figure} | ${limit} | ${isMet ? "met" : "**missed**"} |`;
}
