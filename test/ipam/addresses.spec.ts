/** The address of each claim of a resource, compared with a simple oracle on a pool of eight addresses. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type AddressAnswer, type AskedClaim, planAddresses } from "../../provider/ipam/plan/addresses";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, host, hosts, pool } from "../resources/declare";
import { Stack } from "../resources/program";
import { at, indexOf, OTHERS_MARKS, OWN_MARKS, OWNER, SIZE, viewOf, type WrittenLock } from "./small-pool";

/** A claim of the resource: the program's wish for it, and what is recorded. */
interface Own {
  readonly claim: string;
  /** Whether the program still asks for it. */
  readonly isAsked: boolean;
  readonly pin: number | undefined;
  readonly before:
    | { readonly at: number; readonly isPromised: boolean; readonly lock: boolean; readonly entry: boolean }
    | undefined;
}

interface Scene {
  /** In the order of the program. */
  readonly own: readonly Own[];
  /** What other owners have at each address. */
  readonly strangers: readonly ("lock" | "entry" | undefined)[];
}

const CLAIMS = ["a", "b", "c", "d", "e"];
/** Two outside of the pool. */
const anywhere = fc.integer({ min: 0, max: SIZE + 1 });

const own = (name: string, place: number): fc.Arbitrary<Own> =>
  fc
    .record({
      isAsked: fc.constantFrom(true, true, true, false),
      pin: fc.oneof(fc.constant(undefined), fc.constant(undefined), anywhere),
      before: fc.option(fc.record({ isPromised: fc.boolean(), lock: fc.boolean(), entry: fc.boolean() }), {
        nil: undefined,
      }),
    })
    .map(({ isAsked, pin, before }) => {
      // Without state there must be a lock of a killed update, for a claim that the program still asks for.
      const isPromised = before?.isPromised || !isAsked;
      const left = before && { ...before, isPromised, at: place, lock: before.lock || !isPromised };
      return { claim: name, isAsked, pin, before: left };
    });

/** `room`: 0 leaves no address free; 3 leaves three of five. */
const strangers = (room: number) =>
  fc.array(fc.constantFrom("lock" as const, "entry" as const, ...Array<undefined>(room).fill(undefined)), {
    minLength: SIZE,
    maxLength: SIZE,
  });

const scenes: fc.Arbitrary<Scene> = fc
  .tuple(
    fc.shuffledSubarray(CLAIMS),
    fc.shuffledSubarray([...Array(SIZE).keys()], { minLength: SIZE }),
    fc.oneof(strangers(3), strangers(0)),
  )
  .chain(([names, places, strangers]) =>
    fc.record({
      own: fc.tuple(...names.map((name, index) => own(name, places[index]!))),
      strangers: fc.constant(strangers),
    }),
  );

const ownLockAt = ({ own: all }: Scene, index: number) => all.find(({ before }) => before?.lock && before.at === index);
/** An object has one name, so another owner can only have an entry next to a lock of this one. */
const strangerAt = (scene: Scene, index: number) => {
  const stranger = scene.strangers[index];
  return stranger === "lock" && ownLockAt(scene, index) ? "entry" : stranger;
};

function answerTo(scene: Scene, fallback: "error" | "next"): AddressAnswer {
  const locks: WrittenLock[] = scene.own.flatMap(({ claim: name, before }) =>
    before?.lock ? [{ claim: name, at: before.at, marks: OWN_MARKS }] : [],
  );
  const entries = new Map(scene.own.flatMap(({ claim: name, before }) => (before?.entry ? [[name, before.at]] : [])));
  for (let index = 0; index < SIZE; index++) {
    const stranger = strangerAt(scene, index);
    if (stranger === "lock") locks.push({ claim: `x${index}`, at: index, marks: OTHERS_MARKS });
    if (stranger === "entry") entries.set(`x${index}`, index);
  }
  const claims = scene.own.flatMap(({ claim: name, isAsked, pin }): AskedClaim[] =>
    isAsked ? [{ claim: name, host: `host-${name}`, pin: pin === undefined ? undefined : at(pin) }] : [],
  );
  const promised = scene.own.flatMap(({ claim: name, before }) =>
    before?.isPromised ? [[name, at(before.at)] as const] : [],
  );
  const question = {
    by: OWNER,
    claims,
    promised: new Map(promised),
    entries: true,
    fallback,
    origin: "lowest",
  } as const;
  return planAddresses(viewOf(locks, entries), question);
}

/** True if another owner keeps the address from the claim. An entry by hand next to the claim's own lock is drift. */
function isTaken(scene: Scene, { before }: Own, index: number): boolean {
  const isOwnLock = before?.lock === true && before.at === index;
  const stranger = index < SIZE ? strangerAt(scene, index) : undefined;
  return stranger === "lock" || (stranger === "entry" && !isOwnLock);
}

/** The expected addresses of the list, claim by claim, if a pin is an order. */
function oracle(scene: Scene): { addresses: Record<string, number>; faulty: string[]; isFull: boolean } {
  const asked = scene.own.filter(({ isAsked }) => isAsked);
  const byPin = [...asked.filter(({ pin }) => pin !== undefined), ...asked.filter(({ pin }) => pin === undefined)];
  const seen = new Set<number>();
  const addresses: Record<string, number> = {};
  const faulty: string[] = [];
  for (const one of byPin) {
    const goal = one.pin ?? one.before?.at;
    if (goal === undefined) continue;
    if (goal >= SIZE || seen.has(goal) || isTaken(scene, one, goal)) faulty.push(one.claim);
    else addresses[one.claim] = goal;
    seen.add(goal);
  }
  if (faulty.length > 0) return { addresses, faulty, isFull: false };
  const recorded = scene.own.flatMap(({ before }) => (before?.lock || before?.entry ? [before.at] : []));
  const taken = new Set([...recorded, ...Object.values(addresses)]);
  const free = [...Array(SIZE).keys()].filter((index) => !taken.has(index) && !strangerAt(scene, index));
  const homeless = asked.filter(({ claim: name }) => addresses[name] === undefined);
  if (homeless.length > free.length) return { addresses, faulty, isFull: true };
  for (const [place, { claim: name }] of homeless.entries()) addresses[name] = free[place]!;
  return { addresses, faulty, isFull: false };
}

const plain = (answer: AddressAnswer) =>
  Object.fromEntries([...answer.addresses].map(([name, address]) => [name, indexOf(address)]));

describe("the addresses of a list of claims", () => {
  it("match the oracle: pins first, then promised ones, then free ones in the order of the list", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const answer = answerTo(scene, "error");
        const { addresses, faulty, isFull } = oracle(scene);
        assert.deepEqual(plain(answer), addresses);
        const names = answer.faults.map((fault) => fault.claim);
        assert.deepEqual(names.sort(), isFull ? [undefined] : faulty.sort());
        for (const { claim: name, isPin } of answer.faults) {
          assert.equal(isPin, scene.own.find((one) => one.claim === name)?.pin !== undefined);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are given once each, and never taken from another owner, with either fallback", () => {
    fc.assert(
      fc.property(scenes, fc.constantFrom("error", "next"), (scene, fallback) => {
        const given = plain(answerTo(scene, fallback));
        const values = Object.values(given);
        assert.equal(new Set(values).size, values.length);
        for (const [name, index] of Object.entries(given)) {
          const one = scene.own.find((each) => each.claim === name)!;
          assert.ok(index < SIZE && !isTaken(scene, one, index), name);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are never a fault because of a held pin if the next address is allowed", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { faults } = answerTo(scene, "next");
        const pins = faults.filter(({ isPin }) => isPin);
        for (const { claim: name } of pins) {
          assert.ok(scene.own.find((one) => one.claim === name)!.pin! >= SIZE, name);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("cover the properties: some scenes are full, some are faulty, some give all", () => {
    const seen = fc.sample(scenes, 1_000).map(oracle);
    const isWhole = ({ addresses, faulty, isFull }: ReturnType<typeof oracle>) =>
      !isFull && faulty.length === 0 && Object.keys(addresses).length > 1;
    const counts = [
      seen.filter(({ isFull }) => isFull).length,
      seen.filter(({ faulty }) => faulty.length > 0).length,
      seen.filter(isWhole).length,
    ];
    for (const count of counts) assert.ok(count >= 10, String(counts));
  });
});

describe("one claim alone and a list of one", () => {
  const scenery = [pool(), claim("x"), host("other"), hosts(["r-1", "r-2"])];
  /** Address or refusal, in a preview and then in the update. */
  const given = async (how: "alone" | "listed", args: { pin?: string; fallback?: string }) => {
    const stack = new Stack(openMemoryStore());
    await stack.up(scenery);
    const { pin, ...rest } = args;
    const one =
      how === "alone"
        ? host("cp-0", { ...rest, ...(pin && { address: pin }) }, "cp-0")
        : hosts(["cp-0"], { ...rest, ...(pin && { pins: { "cp-0": pin } }) }, "cp-0");
    const told = (error: Error) => error.message.replace(/^cp-0: [^:]*: /, "refused: ");
    const refused = await stack.up([...scenery, one]).then(() => undefined, told);
    if (refused) return refused;
    const { address, addresses } = stack.outputs("cp-0");
    return address ?? (addresses as Record<string, string>)["cp-0"];
  };

  const cases: Readonly<Record<string, { pin?: string; fallback?: string; expected: RegExp }>> = {
    "without a pin": { expected: /^10\.0\.0\.1\d$/ },
    "with a free pin": { pin: "10.0.0.19", expected: /^10\.0\.0\.19$/ },
    "with a pin outside the pool": { pin: "10.0.0.99", expected: /^refused: .*10\.0\.0\.99/ },
  };
  for (const [name, { expected, ...args }] of Object.entries(cases)) {
    it(`get the same ${name}`, async () => {
      const alone = await given("alone", args);
      assert.match(String(alone), expected);
      assert.equal(await given("listed", args), alone);
    });
  }

  it("get the same with a pin that another owner holds and fallback `next`", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.up(scenery);
    const pin = String(stack.outputs("other").address);
    const alone = await given("alone", { pin });
    assert.match(String(alone), /^refused: .*resource other/);
    assert.equal(await given("listed", { pin }), alone);
    const next = await given("alone", { pin, fallback: "next" });
    assert.match(String(next), /^10\.0\.0\.1\d$/);
    assert.equal(await given("listed", { pin, fallback: "next" }), next);
  });
});
