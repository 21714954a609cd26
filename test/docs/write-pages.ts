/** `make docs`: runs all pages, and writes the outputs that they have now. `only=docs/guide.md` runs one of them. */
import { writeFile } from "node:fs/promises";
import { type Block, blocksOf, withLines } from "./page";
import { pages, pathOf, stageOf, textOf } from "./pages";
import { play } from "./story";
import { type Exchange, exchangesOf, linesOf, shortened, shows } from "./transcript";

async function main(only?: string): Promise<void> {
  const chosen = only === undefined ? pages : [only];
  for (const page of chosen) await writePage(page);
}

async function writePage(page: string): Promise<void> {
  const before = textOf(page);
  const blocks = blocksOf(before).filter(({ norun }) => norun === undefined);
  const written: [Block, string[]][] = [];
  const stage = await stageOf(page);
  try {
    for (const block of blocks) {
      process.stdout.write(`${page}:${block.line} ${block.language} ${block.word ?? ""}\n`);
      const now = await play(block, stage.terminal);
      if (block.language === "console") written.push([block, renewed(block, now, page)]);
    }
  } finally {
    await stage.close();
    const text = written.reduceRight((text, [block, lines]) => withLines(text, block, lines), before);
    await writeFile(pathOf(page), text);
  }
}

/** The block as it is now. Outputs that differ only in times stay as they were. */
function renewed(block: Block, now: readonly Exchange[], page: string): string[] {
  const exchanges = exchangesOf(block.lines).map(({ command, output }, index) => {
    const today = now[index]?.output ?? [];
    if (shows(output, today)) return { command, output };
    const short = output.includes("...") ? shortened(output, today) : today;
    if (short === undefined) report(page, block, `a line around \`...\` is gone, so all is shown: ${command}`);
    else report(page, block, `new output: ${command}`);
    return { command, output: short ?? today };
  });
  return linesOf(exchanges);
}

function report(page: string, { line }: Block, text: string): void {
  process.stdout.write(`${page}:${line}: ${text}\n`);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
