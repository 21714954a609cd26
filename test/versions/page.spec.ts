import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { defaults, type Versions } from "../testbed/versions";
import { combinations } from "./combinations";
import { type Finished, page } from "./page";

describe("the page of versions", () => {
  const date = "2026-11-30";
  const finished: Finished[] = [
    {
      combination: { name: "default", why: "what runs daily" },
      date,
      product: "0123abcd",
      recorded: {
        versions: { "Pulumi CLI": "v3.1.0", Node: "v20.0.0" },
        rows: [
          { title: "up", hasPassed: true, seconds: 1 },
          { title: "destroy", hasPassed: false, seconds: 2 },
        ],
      },
      minutes: 1.25,
    },
    {
      combination: { name: "newest", why: "all that is new" },
      date: "2026-11-29",
      product: "0123abcd and changes",
      recorded: { versions: { "Pulumi CLI": "v3.2.0" }, rows: [{ title: "up", hasPassed: true, seconds: 1 }] },
      minutes: 2,
    },
    { combination: { name: "broken", why: "does not start" }, date, product: "0123abcd", minutes: 0.1 },
    { combination: { name: "later", why: "waits for a quiet machine" } },
  ];

  it("has a column for each combination, also for one that did not end or has not run", () => {
    assert.equal(
      page(finished, "## What is known\n\nNothing.\n"),
      `# Versions

\`make versions\` writes this page. Each column is the last run of one combination of versions. The versions are what the programs
themselves reported. \`product\` is the last commit that had changed the product. The rows are a short life of a stack, from its first
preview to its end. \`make test\` shows much more, on \`default\` alone.

- \`default\`: what runs daily.
- \`newest\`: all that is new.
- \`broken\`: does not start.
- \`later\`: waits for a quiet machine.

## What was run

| program | default | newest | broken | later |
| --- | --- | --- | --- | --- |
| Pulumi CLI | v3.1.0 | v3.2.0 |  |  |
| Node | v20.0.0 |  |  |  |
| product | 0123abcd | 0123abcd and changes | 0123abcd |  |
| ran on | 2026-11-30 | 2026-11-29 | 2026-11-30 | not run |

## What came out

| row | default | newest | broken | later |
| --- | --- | --- | --- | --- |
| up | ok | ok | not run | not run |
| destroy | **failed** | not run | not run | not run |
| passed | 1 of 2 | 1 of 1 | **did not end** | not run |
| minutes | 1.3 | 2.0 | 0.1 |  |

## What is known

Nothing.
`,
    );
  });
});

describe("the combinations of versions", () => {
  const testbed = join(repository, "test", "testbed");
  /** The files of a version. For the other SDKs a package manager finds it. */
  const pinned: Partial<Record<keyof Versions, (version: string) => string>> = {
    pulumi: (version) => `tools/pulumi/${version}/go.sum`,
    kubernetes: (version) => `tools/kubernetes/${version}/go.sum`,
    metal3: (version) => `tools/metal3-ipam/${version}/go.sum`,
    pythonSdk: (version) => `python-requirements/${version}.txt`,
  };

  for (const { name, versions = defaults } of combinations) {
    it(`${name}: all builds are pinned`, () => {
      const needed = Object.entries(pinned).map(([what, path]) => path(versions[what as keyof Versions]));
      assert.deepEqual(
        needed.filter((path) => !existsSync(join(testbed, path))),
        [],
      );
    });
  }
});
