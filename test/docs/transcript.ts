/** Commands and the output that a page shows of them. */

export interface Exchange {
  /** As it is typed; a `\` at the end goes on in the next line. */
  readonly command: string;
  readonly output: readonly string[];
}

const ELLIPSIS = "...";

export function exchangesOf(lines: readonly string[]): Exchange[] {
  const exchanges: { command: string; output: string[] }[] = [];
  let goesOn = false;
  for (const line of lines) {
    const last = exchanges.at(-1);
    if (goesOn && last !== undefined) last.command += `\n${line}`;
    else if (line.startsWith("$ ")) exchanges.push({ command: line.slice(2), output: [] });
    else if (last !== undefined) last.output.push(line);
    else throw new Error(`the first line is no command: ${line}`);
    goesOn = line.endsWith("\\") && (goesOn || line.startsWith("$ "));
  }
  return exchanges;
}

export function linesOf(exchanges: readonly Exchange[]): string[] {
  return exchanges.flatMap(({ command, output }) => [...`$ ${command}`.split("\n"), ...output]);
}

/** Whether the output is what the page shows, but for the lines that it leaves out and what differs in each run. */
export function shows(shown: readonly string[], output: readonly string[]): boolean {
  const steady = output.map(withoutVolatile);
  const parts = partsOf(shown.map(withoutVolatile));
  let from = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const at = isLast && index > 0 ? Math.max(from, steady.length - part.length) : from;
    const found = index === 0 || isLast ? at : placeOf(part, steady, from);
    if (found < 0 || !startsWith(part, steady.slice(found))) return false;
    from = found + part.length;
  }
  return from === steady.length;
}

/**
 * The new output with the page's omissions: the first and last line of each kept part lead to it. `undefined`: a line
 * around `...` is not there any more.
 */
export function shortened(shown: readonly string[], output: readonly string[]): string[] | undefined {
  const steady = output.map(withoutVolatile);
  const parts = partsOf(shown.map(withoutVolatile));
  const kept: string[][] = [];
  let from = 0;
  for (const [index, part] of parts.entries()) {
    const [first = "", last = ""] = [part[0], part.at(-1)];
    const start = index === 0 || part.length === 0 ? from : anchor(first, steady, from);
    const isLast = index === parts.length - 1;
    const end = isLast && part.length > 0 ? steady.length : part.length === 0 ? start : anchor(last, steady, start) + 1;
    if (start < 0 || (end <= start && part.length > 0)) return undefined;
    kept.push(output.slice(start, end));
    from = end;
  }
  return kept.flatMap((part, index) => (index === 0 ? part : [ELLIPSIS, ...part]));
}

/** The place of this line today. Its message may have new words, if it is the only one. */
function anchor(line: string, lines: readonly string[], from: number): number {
  const exact = lines.indexOf(line, from);
  const kind = /^ *(warning|error): /.exec(line)?.[0];
  const alike = kind === undefined ? [] : lines.slice(from).filter((one) => one.startsWith(kind));
  return exact < 0 && alike.length === 1 ? lines.indexOf(alike[0] ?? "", from) : exact;
}

/** Times and ids differ from run to run. */
function withoutVolatile(line: string): string {
  return line
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d{4}( UTC)?)?/g, "<time>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>");
}

/** The kept parts between the omissions. */
function partsOf(shown: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of shown) {
    if (line.trim() === ELLIPSIS) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function placeOf(part: readonly string[], lines: readonly string[], from: number): number {
  return lines.findIndex((_, at) => at >= from && startsWith(part, lines.slice(at)));
}

const startsWith = (part: readonly string[], lines: readonly string[]): boolean =>
  part.every((line, index) => line === lines[index]);
