/** The pages that show a program and its outputs, on a real engine. `make docs` writes the outputs of today into them. */
import assert from "node:assert/strict";
import { COLD_MS } from "../testbed/run";
import { type Block, blocksOf } from "./page";
import { pages, type Stage, stageOf, textOf } from "./pages";
import { play } from "./story";
import { type Exchange, exchangesOf, shows } from "./transcript";

/** So many blocks of all pages do not run. Each says why. */
const NOT_RUN = 2;

describe("pages", () => {
  for (const page of pages) describe(page, () => story(page));

  it("run all blocks but a few", () => {
    const left = pages.flatMap((page) => blocksOf(textOf(page)).flatMap(({ norun }) => norun ?? []));
    assert.equal(left.length, NOT_RUN, left.join("\n"));
  });
});

function story(page: string): void {
  let stage: Stage;
  let broken: string | undefined;
  before(async function () {
    this.timeout(COLD_MS);
    stage = await stageOf(page);
  });
  after(() => stage?.close());

  for (const block of blocksOf(textOf(page)).filter(({ norun }) => norun === undefined)) {
    const name = `line ${block.line}: ${block.language} ${block.word ?? block.lines[0]}`;
    it(name, async () => {
      if (broken !== undefined) assert.fail(`what is above has failed: ${broken}`);
      const now = await play(block, stage.terminal).catch((error: Error) => {
        broken = name;
        throw error;
      });
      expectShown(block, now);
    });
  }
}

function expectShown(block: Block, now: readonly Exchange[]): void {
  if (block.language !== "console") return;
  for (const [index, { command, output }] of exchangesOf(block.lines).entries()) {
    const today = now[index]?.output ?? [];
    if (!shows(output, today)) assert.deepEqual(output, today, `$ ${command}\n\`make docs\` writes this output`);
  }
}
