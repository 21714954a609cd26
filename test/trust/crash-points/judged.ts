/** Compares the state after a stop and a power loss with the allowed ones. */
import assert from "node:assert/strict";
import { count, isLong, randomFrom, seed } from "../scale";
import type { Disk } from "./disk";
import { ABSENT, type Over, objectsIn, type Point, storeOn } from "./points";
import { powerLosses } from "./power-loss";

/** The counts of a campaign, for its figure. */
export interface Tally {
  points: number;
  visited: number;
  /** Judged disks: one for each way in which a power loss may leave a point's disk. */
  disks: number;
  /** Points with every such way judged. */
  exhausted: number;
  /** Disks with an object that was neither as before nor as after. */
  between: number;
  readonly faults: string[];
}

export function newTally(): Tally {
  return { points: 0, visited: 0, disks: 0, exhausted: 0, between: 0, faults: [] };
}

/** `losses`: judged disks for one point. `stride`: visits every so many-th point. The long form visits all. */
export const WRITES = { losses: count(3, 64), stride: count(3, 1) };
export const UPDATES = { losses: count(1, 4), stride: count(6, 1) };

/** Judges the objects of each disk. Then `recover` continues with it. */
export async function judge<T>(
  points: readonly Point<T>[],
  over: Over,
  { losses, stride }: typeof WRITES,
  tally: Tally,
  recover: (disk: Disk, point: Point<T>, number: number) => Promise<void>,
): Promise<void> {
  tally.points += points.length;
  for (const [index, point] of points.entries()) {
    if ((index + seed) % stride > 0 && index < points.length - 1) continue;
    const { disks, all } = powerLosses(point.disk, losses, randomFrom(seed + index));
    tally.visited++;
    if (all) tally.exhausted++;
    for (const [number, disk] of disks.entries()) {
      tally.disks++;
      try {
        expectAllowed(await objectsIn(storeOn(disk, over)), point);
        await recover(disk, point, index + number);
      } catch (error) {
        tally.between++;
        tally.faults.push(`after call ${index + 1}, ${point.call}, disk ${number + 1}: ${(error as Error).message}`);
      }
    }
  }
}

function expectAllowed(found: ReadonlyMap<string, string>, { allowed }: Point<unknown>): void {
  for (const [name, object] of found) assert.ok(allowed.has(name), `no write created ${object}`);
  for (const [name, states] of allowed) {
    const object = found.get(name) ?? ABSENT;
    assert.ok(states.includes(object), `${name} is ${object}\nand should be ${states.join("\nor ")}`);
  }
}

/** Prints the first faults; a run with `SEED` finds them again. */
export function assertSound({ between, faults, points, visited }: Tally): void {
  assert.ok(visited > 0, "no point was visited");
  if (isLong) assert.equal(visited, points);
  assert.equal(between, 0, `SEED=${seed}\n${faults.slice(0, 3).join("\n")}`);
}
