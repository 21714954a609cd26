/** What the engine's command line says of the program. */
import assert from "node:assert/strict";
import { isOfTargets } from "../../provider/pulumi/engine-command";

describe("a command of some targets", () => {
  for (const [words, env, expected] of [
    [["up", "--yes"], {}, false],
    [["up", "-y"], {}, false],
    [["up", "--target", "urn"], {}, true],
    [["up", "--target=urn"], {}, true],
    [["up", "--target-replace", "urn"], {}, true],
    [["up", "--exclude=urn"], {}, true],
    [["up", "--exclude-dependents", "--target-dependents"], {}, false],
    [["up", "-t", "urn"], {}, true],
    [["up", "-turn"], {}, true],
    [["up", "-yft", "urn"], {}, true],
    [["destroy", "-yx", "urn"], {}, true],
    [["up", "-s", "dev", "-mtext"], {}, false],
    [["up", "-stest"], {}, false],
    [["up"], { PULUMI_OPTION_TARGET: "urn" }, true],
    [["up"], { PULUMI_OPTION_TARGET_REPLACE: "urn" }, true],
    [["up"], { PULUMI_OPTION_EXCLUDE: "urn" }, true],
    [["up"], { PULUMI_OPTION_TARGET: "", PULUMI_OPTION_TARGET_DEPENDENTS: "true" }, false],
  ] as const) {
    it(`${expected ? "is" : "is not"} pulumi ${words.join(" ")} with ${JSON.stringify(env)}`, () => {
      assert.equal(isOfTargets([...words], env), expected);
    });
  }
});
