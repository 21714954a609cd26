/** The plan of a whole request: its releases and moves. The order of the claims does not matter. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Address, formatAddress, sameAddress } from "../../provider/core/address";
import { claimsToLookAt, type PoolPlan, planPool } from "../../provider/ipam/plan/pool-plan";
import type { ReconcileRequest, Wanted } from "../../provider/ipam/plan/request";
import { at, OTHERS_MARKS, OWN_MARKS, OWNER, SIZE, sessionOf, viewOf, type WrittenLock } from "./small-pool";

const CLAIMS = ["a", "b", "c", "d", "e"];

interface Scene {
  readonly locks: readonly WrittenLock[];
  readonly entries: ReadonlyMap<string, number>;
  readonly held: ReadonlyMap<string, Address>;
  readonly promised: ReadonlyMap<string, Address>;
  readonly wanted: ReadonlyMap<string, Wanted>;
  readonly keepsEntries: boolean;
  readonly alive: ReadonlySet<string>;
}

const claim = fc.constantFrom(...CLAIMS);
const index = fc.integer({ min: 0, max: SIZE - 1 });
const claimsAt = fc.uniqueArray(fc.tuple(claim, index), { selector: ([one]) => one }).map((pairs) => new Map(pairs));
const addresses = claimsAt.map((map) => new Map([...map].map(([one, value]) => [one, at(value)])));
const lock = fc.record({
  claim,
  at: index,
  marks: fc.constantFrom(OWN_MARKS, OWN_MARKS, OTHERS_MARKS, undefined),
  isControllers: fc.boolean(),
});
/** Without two locks of this owner for one claim that nothing else knows, because their release would have an order. */
const locks = fc
  .uniqueArray(lock, { selector: (one) => one.at, maxLength: 6 })
  .map((all) => all.filter((one, place) => all.findIndex((other) => other.claim === one.claim) === place))
  .map((all) => all.map(({ isControllers, ...one }) => ({ ...one, isControllers: isControllers && !one.marks })));
const wish = fc.record({ address: fc.option(index.map(at), { nil: undefined }), firm: fc.boolean() });

const scenes: fc.Arbitrary<Scene> = fc.record({
  locks,
  entries: claimsAt,
  held: addresses,
  promised: addresses,
  wanted: fc
    .uniqueArray(fc.tuple(claim, wish), { selector: ([one]) => one })
    .map((pairs) => new Map(pairs.map(([one, { address, firm }]) => [one, { address, firm, origin: "lowest" }]))),
  keepsEntries: fc.boolean(),
  alive: fc.uniqueArray(claim).map((all) => new Set(all)),
});

function requestOf({ locks: written, entries, held, promised, wanted, keepsEntries }: Scene): ReconcileRequest {
  const session = sessionOf(viewOf(written, entries));
  return { session, owner: OWNER, held, promised, wanted, entries: keepsEntries };
}

const plain = (map: ReadonlyMap<string, Address>) =>
  [...map].map(([one, address]) => `${one} ${formatAddress(address)}`).sort();

/** The same text for the same plan in any order. */
function textOf({ targets, moves, inUse, releasedFirst, releasedLast }: PoolPlan): unknown {
  const moveText = ({ claim: one, from, to }: PoolPlan["moves"][number]) =>
    `${one} ${formatAddress(from)} → ${formatAddress(to)}`;
  return {
    targets: [...targets]
      .map(([one, { address, firm }]) => `${one} ${address && formatAddress(address)} ${firm}`)
      .sort(),
    moves: moves.map(moveText).sort(),
    inUse: inUse.map(moveText).sort(),
    releasedFirst: plain(releasedFirst),
    releasedLast: plain(releasedLast),
  };
}

describe("the plan of a request", () => {
  it("releases held claims that are not wanted, and its own locks that nothing else knows, each once", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { releasedFirst, releasedLast } = planPool(requestOf(scene), scene.alive);
        const unknown = scene.locks.filter((one) => one.marks?.token === OWNER.token && !scene.held.has(one.claim));
        const expected = new Map([...scene.held, ...unknown.map((one) => [one.claim, at(one.at)] as const)]);
        for (const one of scene.wanted.keys()) expected.delete(one);
        assert.deepEqual(plain(new Map([...releasedFirst, ...releasedLast])), plain(expected));
        assert.deepEqual(
          [...releasedFirst.keys()].filter((one) => releasedLast.has(one)),
          [],
        );
      }),
    );
  });

  it("releases first exactly the addresses that its other claims get", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { targets, releasedFirst, releasedLast } = planPool(requestOf(scene), scene.alive);
        const goals = [...targets.values()].flatMap(({ address }) => address ?? []);
        const isGoal = (address: Address) => goals.some((goal) => sameAddress(goal, address));
        for (const [one, address] of releasedFirst) assert.ok(isGoal(address), one);
        for (const [one, address] of releasedLast) assert.ok(!isGoal(address), one);
      }),
    );
  });

  it("has a target for each wanted claim, and moves claims to their targets", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { targets, moves, inUse } = planPool(requestOf(scene), scene.alive);
        assert.deepEqual([...targets.keys()], [...scene.wanted.keys()]);
        for (const [one, { address, firm }] of scene.wanted) {
          if (address) assert.deepEqual(targets.get(one)?.address, address);
          assert.equal(targets.get(one)?.firm, firm);
        }
        for (const { claim: one, from, to } of [...moves, ...inUse]) {
          assert.deepEqual(targets.get(one)?.address, to);
          assert.ok(!sameAddress(from, to), one);
          const known = [
            ...scene.locks.filter((each) => each.claim === one).map((each) => at(each.at)),
            ...[scene.entries.get(one)].flatMap((each) => (each === undefined ? [] : [at(each)])),
            ...[scene.held.get(one)].flatMap((each) => each ?? []),
          ];
          assert.ok(
            known.some((each) => sameAddress(each, from)),
            one,
          );
        }
        assert.deepEqual(
          moves.filter(({ claim: one }) => scene.alive.has(one)),
          [],
        );
        assert.deepEqual(
          inUse.filter(({ claim: one }) => !scene.alive.has(one)),
          [],
        );
        const changed = [...moves, ...inUse].map(({ claim: one }) => one);
        assert.equal(new Set(changed).size, changed.length);
      }),
    );
  });

  it("is the same for any order of the claims", () => {
    const shuffled = <K, V>(map: ReadonlyMap<K, V>) =>
      fc.shuffledSubarray([...map], { minLength: map.size }).map((pairs) => new Map(pairs));
    const pairs = scenes.chain((scene) =>
      fc.tuple(fc.constant(scene), shuffled(scene.held), shuffled(scene.wanted), shuffled(scene.entries)),
    );
    fc.assert(
      fc.property(pairs, ([scene, held, wanted, entries]) => {
        const other = { ...scene, held, wanted, entries };
        const [first, second] = [scene, other].map((one) => textOf(planPool(requestOf(one), one.alive)));
        assert.deepEqual(first, second);
        assert.deepEqual(claimsToLookAt(requestOf(scene)).sort(), claimsToLookAt(requestOf(other)).sort());
      }),
    );
  });

  it("depends only on the claims whose life it asks for", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const asked = claimsToLookAt(requestOf(scene)).filter((one) => scene.alive.has(one));
        const [all, some] = [scene.alive, new Set(asked)].map((alive) => textOf(planPool(requestOf(scene), alive)));
        assert.deepEqual(all, some);
      }),
    );
  });

  it("is not always empty in these properties", () => {
    const seen = fc.sample(scenes, 300).map((scene) => planPool(requestOf(scene), scene.alive));
    const counts = (["moves", "inUse"] as const).map((part) => seen.filter((plan) => plan[part].length > 0).length);
    const released = (["releasedFirst", "releasedLast"] as const).map(
      (part) => seen.filter((plan) => plan[part].size > 0).length,
    );
    for (const count of [...counts, ...released]) assert.ok(count >= 10, String([...counts, ...released]));
  });
});
