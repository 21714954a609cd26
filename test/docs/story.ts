/** A page as a story: its blocks run in one terminal, from top to bottom. */
import { applied } from "./hunk";
import type { Block } from "./page";
import { outputInTheEnd } from "./pulumi-output";
import type { Terminal } from "./terminal";
import { type Exchange, exchangesOf } from "./transcript";

/** Runs a block. The result is empty but for a `console` block: its commands, with the output that they have now. */
export async function play(block: Block, terminal: Terminal): Promise<Exchange[]> {
  const { language, lines, word } = block;
  if (language === "text") return [];
  if (language === "console") return converse(block, terminal);
  if (language === "sh") await succeed(lines.join("\n"), terminal);
  else if (word === undefined) throw new Error(`a block of ${language} names no file`);
  else if (language === "diff") await terminal.write(word, applied(lines, await terminal.read(word)));
  else await terminal.write(word, `${lines.join("\n")}\n`);
  return [];
}

async function converse({ lines, word }: Block, terminal: Terminal): Promise<Exchange[]> {
  const shown = exchangesOf(lines);
  const now: Exchange[] = [];
  for (const [index, { command }] of shown.entries()) {
    const { code, stdout } = await terminal.run(command);
    const mayFail = word === "fails" && index === shown.length - 1;
    if ((code !== 0) !== mayFail) throw new Error(`$ ${command}\nexit code ${code}\n${stdout}`);
    now.push({ command, output: outputInTheEnd(stdout.trimEnd() === "" ? [] : stdout.trimEnd().split("\n")) });
  }
  return now;
}

/** The page shows the preview before `pulumi up`, so it is not needed twice: a third of the time of all pages. */
const withoutPreview = { PULUMI_OPTION_SKIP_PREVIEW: "true" };

async function succeed(command: string, terminal: Terminal): Promise<void> {
  const { code, stdout } = await terminal.run(command, withoutPreview);
  if (code !== 0) throw new Error(`${command}\nexit code ${code}\n${stdout}`);
}
