/** An update that was stopped, and the next one: it must end where the first would have ended. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import type { Store } from "../../../provider/store/store";
import { held } from "../../resources/declare";
import { type Declared, Stack, type State } from "../../resources/program";
import type { Change } from "./changes";
import { Disk } from "./disk";
import { type Over, objectsIn, type Point, pointsOf, storeOn } from "./points";

/** The states that Pulumi may be left with. */
export interface Left {
  readonly name: string;
  readonly state: State;
}

export interface StoppedUpdate {
  readonly points: readonly Point<readonly Left[]>[];
  /** The promise of the update: the holders at its end. */
  readonly end: unknown;
}

/** The update that makes the change, and its points. Its disk keeps the unsynced data of the update before. */
export async function updatePoints({ before, after }: Change, over: Over): Promise<StoppedUpdate> {
  const disk = new Disk();
  const stack = new Stack(storeOn(disk, over));
  await stack.up(before);
  const untold: Left = { name: "as it was before", state: new Map(stack.state) };
  let updating: Stack | undefined;
  const points = await pointsOf(
    disk,
    over,
    async (store) => {
      updating = stack.over(store);
      updating.state = new Map(stack.state);
      await updating.update(after);
    },
    () => [{ name: "as far as told", state: new Map(updating?.state) }, untold],
  );
  return { points, end: await holders(storeOn(disk, over)) };
}

/** The same command again, in new processes: the promised end, no change left to make, and nothing left after a destroy. */
export async function upAgain(
  disk: Disk,
  over: Over,
  { state }: Left,
  after: readonly Declared[],
  end: unknown,
): Promise<void> {
  const store = storeOn(disk, over);
  const stack = new Stack(store);
  stack.state = new Map(state);
  await stack.up(after);
  assert.deepEqual(await holders(store), end);
  await assertConverged(stack, after);
  assert.deepEqual(
    await objectsIn(
      storeOn(
        disk.afterPowerLoss((options) => options - 1),
        over,
      ),
    ),
    await objectsIn(store),
  );
  await stack.destroy();
  assert.deepEqual([...(await objectsIn(store)).keys()], []);
}

async function assertConverged(stack: Stack, program: readonly Declared[]): Promise<void> {
  const { steps, drift } = await stack.preview(program);
  assert.deepEqual(
    steps,
    program.map(({ as }) => `same ${as}`),
  );
  assert.deepEqual(drift, []);
}

/** The holders by all objects, and the pools. */
async function holders(store: Store): Promise<unknown> {
  const pools = (await store.list(IP_POOL)).map(({ metadata, spec }) => [metadata.labels, spec]);
  const names = (await store.list(IP_ADDRESS)).map(({ metadata, spec }) => [metadata.name, spec]);
  return { pools, names, ...(await held(store)) };
}
