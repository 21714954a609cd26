/** docs/troubleshooting.md explains each message of the code, in the words of the code. */
import assert from "node:assert/strict";
import { ipamMessages, otherMessages } from "./messages";
import { blocksOf } from "./page";
import { textOf } from "./pages";

const messages = Object.entries({ ...ipamMessages, ...otherMessages }).map(([name, message]) => ({
  name,
  parts: [message].flat(),
  text: [message].flat().join(" "),
}));

/** Pulumi's own. */
const foreign = /^(no resource plugin|could not find latest version)|passphrase must be set/;

describe("docs/troubleshooting.md", () => {
  const shown = blocksOf(textOf("docs/troubleshooting.md")).map(({ lines }) => lines.join("\n"));

  for (const { name, text } of messages) {
    it(`explains ${name}`, () => assert.ok(shown.includes(text), text));
  }

  it("explains no message that is not there any more", () => {
    const known = new Set(messages.map(({ text }) => text));
    assert.deepEqual(
      shown.filter((text) => !known.has(text) && !foreign.test(text)),
      [],
    );
  });
});

describe("messages", () => {
  /** A value or a name may have a full stop, a sentence begins after a space. */
  const sentences = (text: string) => text.split(/(?<=[.!?]) (?=[A-Z`])/);

  for (const { name, parts, text } of messages) {
    it(`${name} is at most three sentences, or each of its parts, and no riddle`, () => {
      for (const part of parts) assert.ok(sentences(part).length <= 3, sentences(part).join("\n"));
      assert.doesNotMatch(text, /(?<!\));|\b(whoever|nobody|anew|mend|meets)\b/);
    });
  }
});
