/** Many reservations at once, as an engine creates them. */
import assert from "node:assert/strict";
import { inParallel } from "../../provider/ipam/in-parallel";
import { pool } from "../resources/declare";
import type { Declared, Stack } from "../resources/program";

/** Has room for all. No entry is at an edge, because that would warn. */
export const wide = (): Declared =>
  pool({ pools: [{ start: "10.1.0.1", end: "10.1.255.254" }], prefix: 16, gateway: undefined });

export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n-${index}`);
}

/** Like an engine with new resources: checks one after the other, creates sixteen at a time, all in one process. */
export async function createAll(stack: Stack, program: readonly Declared[]): Promise<void> {
  const handlers = stack.handlers();
  const owner = ({ as }: Declared) => ({ stack: stack.name, resource: as });
  const checked: { one: Declared; inputs: Declared["args"] }[] = [];
  for (const one of program) {
    const { inputs, failures } = await handlers[one.kind].check({ owner: owner(one), olds: undefined, news: one.args });
    assert.deepEqual(failures, []);
    checked.push({ one, inputs });
  }
  await inParallel(checked, async ({ one, inputs }) => {
    const { id, outputs } = await handlers[one.kind].create({ owner: owner(one), inputs });
    stack.state.set(one.as, { kind: one.kind, id, inputs, outputs });
  });
}
