/** docs/troubleshooting.md explains each message of the code, in the words of the code. */
import assert from "node:assert/strict";
import { ipamMessages, otherMessages } from "./messages";
import { blocksOf } from "./page";
import { textOf } from "./pages";

const messages = { ...ipamMessages, ...otherMessages };

/** Pulumi's own. */
const foreign = /^(no resource plugin|could not find latest version)|passphrase must be set/;

describe("docs/troubleshooting.md", () => {
  const shown = blocksOf(textOf("docs/troubleshooting.md")).map(({ lines }) => lines.join("\n"));

  for (const [name, text] of Object.entries(messages)) {
    it(`explains ${name}`, () => assert.ok(shown.includes(text), text));
  }

  it("explains no message that is not there any more", () => {
    const known = new Set(Object.values(messages));
    assert.deepEqual(
      shown.filter((text) => !known.has(text) && !foreign.test(text)),
      [],
    );
  });
});

describe("messages", () => {
  /** A value or a name may have a full stop, a sentence begins after a space. */
  const sentences = (text: string) => text.split(/(?<=[.!?]) (?=[A-Z`])/);

  for (const [name, text] of Object.entries(messages)) {
    it(`${name} is at most three sentences, and no riddle`, () => {
      assert.ok(sentences(text).length <= 3, sentences(text).join("\n"));
      assert.doesNotMatch(text, /(?<!\));|\b(whoever|nobody|anew|mend|meets)\b/);
    });
  }
});
