/** A change of a file as a page shows it: lines with `-`, `+` or a space. It has no line numbers, its context finds the place. */

/** The text after the change. The lines before it must be there exactly once. A line `@@` separates two places. */
export function applied(hunks: readonly string[], text: string): string {
  return split(hunks).reduce((sum, hunk) => applyOne(hunk, sum), text);
}

function applyOne(hunk: readonly string[], text: string): string {
  const side = (sign: "-" | "+"): string =>
    hunk
      .filter((line) => line === "" || line.startsWith(" ") || line.startsWith(sign))
      .map((line) => `\n${line.slice(1)}`)
      .join("");
  const before = `${side("-")}\n`;
  const places = `\n${text}`.split(before).length - 1;
  if (places !== 1) throw new Error(`the lines are in the file ${places} times:${before}`);
  return `\n${text}`.replace(before, () => `${side("+")}\n`).slice(1);
}

function split(hunks: readonly string[]): string[][] {
  const places: string[][] = [[]];
  for (const line of hunks) {
    if (line.startsWith("@@")) places.push([]);
    else places.at(-1)?.push(line);
  }
  return places.filter((lines) => lines.length > 0);
}
