import assert from "node:assert/strict";
import type { StoredManifest } from "../../provider/api/meta";
import { authorText, writesBefore } from "../../provider/ipam/pool/author";

type Write = NonNullable<StoredManifest["metadata"]["managedFields"]>[number];

const at = (manager: string, second: number, fields: object = { "f:spec": {} }): Write => ({
  manager,
  operation: "Update",
  time: `2026-11-21T09:30:0${second}Z`,
  fieldsV1: fields,
});
const OURS = "pulumi-metal3-ipam";
const object = (managedFields?: Write[]): StoredManifest => ({
  apiVersion: "ipam.metal3.io/v1alpha1",
  kind: "IPPool",
  metadata: { name: "net", uid: "1", resourceVersion: "1", ...(managedFields && { managedFields }) },
});

describe("the author of a change, as a run has found it", () => {
  const rows: readonly (readonly [what: string, found: Write[] | undefined, now: Write[] | undefined, text: string])[] =
    [
      ["no author", undefined, undefined, ""],
      ["this provider, in an earlier run", [at(OURS, 1)], [at(OURS, 1)], `${OURS} at 2026-11-21T09:30:01Z`],
      [
        "this run, after another writer",
        [at(OURS, 1), at("kubectl", 2)],
        [at(OURS, 3), at("kubectl", 2)],
        "kubectl at 2026-11-21T09:30:02Z",
      ],
      [
        "this run for the first time",
        [at("kubectl", 2)],
        [at("kubectl", 2), at(OURS, 3)],
        "kubectl at 2026-11-21T09:30:02Z",
      ],
      [
        "another writer during this run",
        [at(OURS, 1)],
        [at(OURS, 3), at("kubectl", 4)],
        "kubectl at 2026-11-21T09:30:04Z",
      ],
      [
        "another writer twice",
        [at(OURS, 1), at("kubectl", 2)],
        [at(OURS, 3), at("kubectl", 4)],
        "kubectl at 2026-11-21T09:30:04Z",
      ],
      [
        "an editor, whose file this run has written since",
        [at("hand edit", 2)],
        undefined,
        "hand at 2026-11-21T09:30:02Z",
      ],
    ];
  for (const [what, found, now, text] of rows) {
    it(`of a removed entry names ${what}`, () => {
      const managedFields = [...writesBefore(object(found), object(now))];
      const removed = authorText(object(managedFields), ["spec", "preAllocations", "a-net"], true);
      assert.equal(removed, text === "" ? "" : ` (last recorded change by ${text})`);
    });
  }
});
