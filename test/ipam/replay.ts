/** One recorded case, operation by operation, compared with the recorded or listed outcomes. */
import assert from "node:assert/strict";
import type { Store } from "../../provider/store/store";
import { Claims, canonicalResult } from "./claims";
import { DEVIATIONS, listedAt, type Operation, type Outcome, type RecordedCase } from "./recorded-cases";

const OF_CLAIMS = ["misleading", "silent", "hangs", "served", "leaks", "refused", "entries", "mapped"];
const FULL =
  /^:? ?IPPool metal3\/pool has no room for 1 more: (\d+) of \1 addresses are in use\. Add a range to its `pools`, or remove hosts that are gone\.$/;

export class Replay {
  private readonly claims: Claims;

  constructor(
    store: Store,
    private readonly recorded: RecordedCase,
  ) {
    this.claims = new Claims(store);
  }

  async run(): Promise<void> {
    await this.claims.createPool(this.recorded.spec);
    for (const [place, operation] of this.recorded.ops.entries()) {
      await this.apply(String(place), operation);
      for (const [name, result] of Object.entries(operation.also ?? {})) {
        // A claim that waits in Metal3 was refused here and is requested again, or was served immediately.
        if (!this.claims.refused.has(name)) continue;
        const outcome = await this.claims.claim(name, this.claims.refused.get(name));
        const expected = listedAt(OF_CLAIMS, this.recorded.name, `${place} ${name}`) ?? canonicalResult(result);
        assert.deepEqual(outcome, expected, `operation ${place}, then ${name} again`);
      }
    }
    await this.compareHeld();
    await this.askAgain();
  }

  private async apply(place: string, { op, name, ipAddress, spec, result }: Operation): Promise<void> {
    const isRefused = typeof result === "object" && result.refused !== undefined;
    if (op === "claim") await this.claim(place, name, ipAddress, result);
    else if (op === "release") await this.claims.release(name);
    else if (isRefused) assert.notEqual((await this.claims.refusalOf(spec)).length, 0, `operation ${place} passes`);
    else await this.claims.set(spec);
  }

  private async claim(place: string, name: string, ipAddress: string | undefined, result: Operation["result"]) {
    const outcome = await this.claims.claim(name, ipAddress);
    const listed = listedAt(OF_CLAIMS, this.recorded.name, place);
    const step = `operation ${place}, claim ${name}`;
    if (listed !== undefined) assert.deepEqual(outcome, listed, step);
    else if (typeof result === "object" && result.error === "Exhausted IP Pools")
      assert.match(text(outcome), FULL, step);
    else assert.deepEqual(outcome, canonicalResult(result), step);
  }

  private async compareHeld(): Promise<void> {
    const expected: Record<string, unknown> = { ...this.recorded.indexes };
    for (const [name, listed] of Object.entries(DEVIATIONS.indexes?.cases[this.recorded.name] ?? {})) {
      const [ours, theirs] = listed as [string | null, string | null];
      assert.equal(expected[name] ?? null, theirs, "the recording");
      if (ours === null) delete expected[name];
      else expected[name] = ours;
    }
    assert.deepEqual(await this.claims.held(), expected);
  }

  private async askAgain(): Promise<void> {
    for (const [name, requested] of [...this.claims.refused]) {
      const outcome = await this.claims.claim(name, requested);
      const listed = DEVIATIONS.again?.cases[this.recorded.name]?.[name];
      if (listed) assert.deepEqual(outcome, listed, `${name} again`);
      else assert.equal(typeof outcome, "string", `${name} again is served`);
    }
  }
}

export function text(outcome: Outcome): string {
  return typeof outcome === "string" ? outcome : JSON.stringify(outcome);
}
