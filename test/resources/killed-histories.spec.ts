/**
 * Claims move between the resources of a program, and runs are killed at any write. A completed run leaves all claims
 * consistent.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { count, isLong, seed as random } from "../trust/scale";
import { held } from "./declare";
import {
  ALWAYS,
  claimOf,
  declared,
  firstProgram,
  hasEntry,
  histories,
  isIPClaim,
  KILLS,
  type Program,
  type Run,
} from "./histories";
import { assertSound } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

class World {
  private readonly stack: Stack;
  /** The last program whose run completed. */
  private before: Program;
  /** Whether the last run completed. */
  private isWhole = true;
  /** The addresses of the claims since then. A move that another program has started is unknown. */
  private readonly known = new Map<string, string>();
  /** Claims whose IPClaim a killed run may have created, unknown to state. It may be in use, and stays. */
  private readonly left = new Set<string>();

  constructor(
    private readonly store: Store,
    /** Called for each refusal of a program that follows a completed one, or one kill after it. */
    private readonly refused: (error: Error) => void,
    claims: number,
  ) {
    this.stack = new Stack(store);
    this.before = firstProgram(claims);
  }

  begin(): Promise<boolean> {
    return this.run(this.stack, this.before, "up", this.refused);
  }

  async take({ program, manner, kill, next }: Run): Promise<void> {
    const stack = kill ? this.stack.over(KILLS[kill.how](this.store, kill.write)) : this.stack;
    const refused = this.isWhole ? this.refused : () => undefined;
    const isDone = await this.run(stack, program, manner, kill ? () => undefined : refused);
    if (isDone || !kill || next === "on") return;
    await this.run(this.stack, next === "again" ? program : this.before, manner, refused);
  }

  private async run(
    stack: Stack,
    program: Program,
    manner: Run["manner"],
    failed: (error: Error) => void,
  ): Promise<boolean> {
    this.isWhole = false;
    try {
      await stack[manner](declared(program));
    } catch (error) {
      failed(error as Error);
      this.forget(program);
      return false;
    }
    this.before = program;
    await this.assertWhole(program);
    this.isWhole = true;
    return true;
  }

  private forget({ wishes }: Program): void {
    for (const [index, wish] of wishes.entries()) {
      if (!this.isKept(wishes, index)) this.known.delete(claimOf(index));
      if (isIPClaim(wish)) this.left.add(claimOf(index));
    }
  }

  /**
   * Whether the program leaves a claim where it is: it wants that address, or says nothing and wants no other claim there.
   */
  private isKept(wishes: Program["wishes"], index: number): boolean {
    const known = this.known.get(claimOf(index));
    return wishes.every(({ pin }, other) => (other === index ? !pin || pin === known : pin !== known));
  }

  private async assertWhole({ wishes }: Program): Promise<void> {
    await assertSound(this.store);
    const { entries, locks, claims } = await held(this.store);
    const named = (isOne: (wish: Program["wishes"][number]) => boolean) =>
      wishes.flatMap((wish, index) => (isOne(wish) ? [claimOf(index)] : []));
    const always = Object.values(ALWAYS).map((host) => `${host}-net`);
    assert.deepEqual(Object.keys(entries).sort(), [...named(hasEntry), ...always].sort(), "entries");
    const made = claims.filter((name) => !this.left.has(name) || named(isIPClaim).includes(name));
    assert.deepEqual(made.sort(), named(isIPClaim), "IPClaims");
    const strangers = Object.keys(locks).filter((name) => ![...named(() => true), ...always].includes(name));
    assert.deepEqual(strangers, [], "locks of what no resource declares");
    for (const [index, wish] of wishes.entries()) {
      const name = claimOf(index);
      // If a killed run removed the lock of a host, the next write creates it again.
      const address = locks[name] ?? (isIPClaim(wish) ? "no lock" : entries[name]);
      if (hasEntry(wish)) assert.equal(entries[name], address, `${name}: entry and lock`);
      if (wish.pin) assert.equal(address, wish.pin, `${name}: its pin`);
      const known = this.known.get(name);
      if (known && this.isKept(wishes, index)) assert.equal(address, known, `${name}: its address of before`);
      this.known.set(name, address!);
    }
  }
}

// The quick run uses the same seed each time.
const seed = isLong || process.env.SEED ? random : 1;

for (const open of [openMemoryStore, openServedStore]) {
  describe(`histories with kills (${open.name}, SEED=${seed})`, () => {
    const holds = (claims: number, numRuns: number, refused: (error: Error) => void) =>
      fc.assert(
        fc.asyncProperty(histories(claims), async (history) => {
          const world = new World(open(), refused, claims);
          await world.begin();
          for (const run of history) await world.take(run);
        }),
        { numRuns, seed },
      );

    it("leave one claim consistent, and refuse it only while it is in use", async () => {
      await holds(1, count(40, 2_000), ({ message }) => assert.match(message, /is using|is alive/));
    });

    it("leave two claims consistent", async () => {
      await holds(2, count(40, 2_000), () => undefined);
    });
  });
}
