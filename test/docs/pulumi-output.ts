/**
 * Pages show the end of Pulumi's output, without the way to it. These are the rules:
 *
 * - A resource has one row, the last. Rows of the stack and rows without a sign go, for the rest of the output says the same.
 * - Rows, diagnostics and addresses are sorted: Pulumi asks for independent resources in any order.
 * - Titles, progress (`@ …`), empty lines, durations, URNs and the provider's id go.
 */

/** The output of a command of Pulumi that shows steps. Any other is left alone. */
export function outputInTheEnd(lines: readonly string[]): string[] {
  if (!lines.some((line) => title.test(line))) return [...lines];
  const kept = lines.filter((line) => !noise.test(line)).map(withoutEnds);
  return sortedDiagnostics(sortedRows(kept));
}

const title = /^(Previewing|Updating|Destroying|Refreshing|Importing)( \S+)? \(.+\):$/;
const noise = new RegExp(
  [
    title.source,
    /^\s*$/.source,
    /^@ /.source,
    /^Duration: /.source,
    /^View (Live|in Browser).*: /.source,
    /^ {4}[\w-]+:\S+:\S+ \S+ /.source, // a row without a sign
    /^.{4}pulumi:pulumi:Stack \S+ /.source,
    /^.{4}pulumi:providers:\S+ /.source,
    /^ {2}pulumi:pulumi:Stack: \(same\)$/.source,
    /^ +\[(urn|provider)=.*\]$/.source,
  ].join("|"),
);

/** Duration, spaces, and messages that come again under `Diagnostics`. */
const withoutEnds = (line: string): string =>
  (row.test(line) ? line.replace(/ \(\d+(\.\d+)?m?s\)/, "").replace(/;? (error|warning): .*/, "") : line).trimEnd();

/** Sign, type, name, and what happens. */
const row = /^ (?:[-+~><=]|\+-|-\+|\+\+|--|~~)\s+([\w-]+:\S+:\S+ \S+) /;

/** All rows at the place of the first one. */
function sortedRows(lines: readonly string[]): string[] {
  const rows = new Map(
    lines.flatMap((line) => (row.test(`${line} `) ? [[row.exec(`${line} `)?.[1] ?? "", line]] : [])),
  );
  const first = lines.findIndex((line) => row.test(`${line} `));
  const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line);
  return lines.flatMap((line, at) => (at === first ? sorted : row.test(`${line} `) ? [] : [line]));
}

/** Groups by resource, and in the stack's the addresses. */
function sortedDiagnostics(lines: readonly string[]): string[] {
  const start = lines.indexOf("Diagnostics:") + 1;
  if (start === 0) return [...lines];
  const after = lines.findIndex((line, at) => at >= start && !line.startsWith("  "));
  const end = after < 0 ? lines.length : after;
  const groups: string[][] = [];
  for (const line of lines.slice(start, end)) {
    if (line.startsWith("   ")) groups.at(-1)?.push(line);
    else groups.push([line]);
  }
  const sorted = groups.map(([head = "", ...rest]) => [head, ...sortedAddresses(rest)]).sort();
  return [...lines.slice(0, start), ...sorted.flat(), ...lines.slice(end)];
}

const address = /^ {6}[-+~] /;

function sortedAddresses(lines: readonly string[]): string[] {
  const name = (line: string): string => line.slice(8);
  const sorted = lines
    .filter((line) => address.test(line))
    .sort((a, b) => name(a).localeCompare(name(b), "en", { numeric: true }));
  return lines.map((line) => (address.test(line) ? (sorted.shift() ?? line) : line));
}
