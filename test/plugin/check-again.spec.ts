import assert from "node:assert/strict";
import fc from "fast-check";
import type { WireProperties } from "../../provider/pulumi/wire";
import { useMemory, useProcesses } from "./backend";
import { type EmbeddedKind, NET, programs } from "./programs";
import { type Kind, Resource, UNKNOWN } from "./verbs";

const kinds = Object.keys(programs) as EmbeddedKind[];

describe("checked inputs", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  /** Each in its own process. */
  const fresh = async (kind: Kind) => new Resource(await start(), kind, "edge");

  /** The objects before each program. */
  async function prepare(): Promise<void> {
    backend.renew();
    const provider = await start();
    await new Resource(provider, "ipPool", "net").made(NET);
    await new Resource(provider, "preAllocationSet", "others").made({ pool: "net", hosts: ["o-0", "o-1", "o-2"] });
  }

  for (const kind of kinds) {
    it(`do not change in a second check, with and without state (${kind})`, async () => {
      await fc.assert(
        fc.asyncProperty(programs[kind], async (news) => {
          await prepare();
          const first = await fresh(kind);
          const { inputs, faults } = await first.check(news);
          fc.pre(faults.length === 0);
          assert.deepEqual(await first.checked(inputs), inputs);
          assert.deepEqual(await (await fresh(kind)).checked(inputs), inputs);
          const { drift: _unmade, ...again } = await (await fresh(kind)).checked(inputs, inputs);
          assert.deepEqual(again, inputs);
          const { drift: _same, ...of } = await (await fresh(kind)).checked(news, inputs);
          assert.deepEqual(of, inputs);
        }),
        { numRuns: 20 },
      );
    });

    it(`are the same in an update, and a preview shows the result of it (${kind})`, async () => {
      await fc.assert(
        fc.asyncProperty(programs[kind], programs[kind], async (news, next) => {
          await prepare();
          const preview = await fresh(kind);
          const { inputs, faults } = await preview.check(news);
          fc.pre(faults.length === 0);
          const shown = await preview.previewedCreate(inputs);
          const update = await fresh(kind);
          const kept = await update.create(await update.checked(news));
          requireSubset(shown, kept.outputs);

          const again = await fresh(kind);
          const refreshed = await again.read(kept);
          assert.deepEqual(refreshed.outputs, kept.outputs);
          const same = await again.checked(news, refreshed.inputs);
          assert.deepEqual((await again.diff(refreshed, same)).detailed, {});

          const changed = await again.check(next, refreshed.inputs);
          const differs = changed.faults.length === 0 ? await again.diff(refreshed, changed.inputs) : undefined;
          if (differs?.isChange && differs.replaces.length === 0) {
            const shownUpdate = await again.previewedUpdate(refreshed, changed.inputs);
            const updated = await (await fresh(kind)).update(refreshed, changed.inputs);
            requireSubset(shownUpdate, updated.outputs);
            await (await fresh(kind)).delete(updated);
          } else await (await fresh(kind)).delete(refreshed);
        }),
        { numRuns: 20 },
      );
    });
  }
});

/** The values of a preview are there after the update. null means that there will be no value. */
function requireSubset(shown: unknown, real: unknown, at = "outputs"): void {
  if (shown === UNKNOWN) return;
  if (shown === null) assert.equal(real, undefined, at);
  else if (typeof shown !== "object") assert.equal(shown, real, at);
  else {
    assert.equal(Array.isArray(shown), Array.isArray(real), at);
    if (Array.isArray(shown)) assert.equal(shown.length, (real as unknown[]).length, at);
    for (const [name, member] of Object.entries(shown))
      requireSubset(member, (real as WireProperties)[name], `${at}.${name}`);
  }
}
