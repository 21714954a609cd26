/**
 * The code blocks of a page. The first word of a fence is the language, which GitHub colours. The second word is for us:
 *
 *   ```ts index.ts           the file, whole
 *   ```diff index.ts         a change of the file
 *   ```sh                    commands that succeed
 *   ```console               `$ command`, and below it the output; `...` on a line of its own leaves lines out
 *   ```console fails         the same, and the last command fails
 *   ```text                  a picture
 *
 * A block that cannot run has a comment above it: `<!-- norun: reason -->`.
 */
export interface Block {
  readonly language: string;
  /** A file's path, or a word of ours. */
  readonly word: string | undefined;
  readonly lines: readonly string[];
  /** The number of its first line on the page, counted from 1. */
  readonly line: number;
  /** Why it does not run. */
  readonly norun: string | undefined;
}

const fence = /^```(\S+) ?(\S*)/;
const reason = /^<!-- norun: (.+) -->$/;

/** The blocks of a page, from top to bottom. A block of a list is indented, and does not run. */
export function blocksOf(page: string): Block[] {
  const lines = page.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, language, word] = fence.exec(lines[at] ?? "") ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: the block has no end`);
    const above = lines.slice(0, at).findLast((line) => line.trim() !== "") ?? "";
    const norun = reason.exec(above)?.[1];
    blocks.push({ language, word: word || undefined, lines: lines.slice(at + 1, end), line: at + 2, norun });
    at = end;
  }
  return blocks;
}

/** The page with other lines in one of its blocks. Replace the last block first: line numbers below change. */
export function withLines(page: string, block: Block, lines: readonly string[]): string {
  const all = page.split("\n");
  all.splice(block.line - 1, block.lines.length, ...lines);
  return all.join("\n");
}
