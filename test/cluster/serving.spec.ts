/** Reservations while Metal3's controller serves claims at full speed. It reads the pool once for each pass, and too late. */
import assert from "node:assert/strict";
import { host, hosts, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { type Address, answers, type Group, holders, known, makeClaim, served } from "./claimants";
import { type Site, useSite } from "./site";

const CLAIMS = Array.from({ length: 80 }, (_, index) => `c${index}`);
const SERVED_BEFORE = 10;
const PROPOSED = Array.from({ length: 10 }, (_, index) => `proposed-${index}`);
const PINNED = Array.from({ length: 10 }, (_, index) => `pinned-${index}`);
/** In the preview, or in the update if the controller was faster. */
const NAMED =
  /^(pinned-\d: address: )?10\.0\.0\.\d+ of IPPool \S+ is (held|used) by .*(claim c|proposed-|pinned-)\d+\D/;

interface Reserved {
  /** claim → address. */
  readonly won: Record<string, string>;
  /** The error of each lost pin's program. */
  readonly lost: readonly string[];
}

describe("20 reservations while 80 claims are being served", function () {
  const site = useSite(this);
  for (const group of ["metal3", "capi"] as const) {
    const kind = group === "metal3" ? "IPClaims" : "IPAddressClaims";

    it(`are kept, or refused with the holder: ${kind}`, async () => {
      const here = await site();
      const { won, lost } = await meet(here, group, { end: 250, fallback: "error" });
      for (const message of lost) assert.match(message, NAMED);
      assert.equal(Object.keys(won).length + lost.length, 20);
      assert.equal(PROPOSED.filter((name) => `${name}-net` in won).length, 10);
      await assertSound(here, group, won);
    });

    it(`are all kept in a pool with hardly enough room: ${kind}`, async () => {
      const here = await site();
      const { won, lost } = await meet(here, group, { end: 103, fallback: "next" });
      assert.deepEqual(lost, []);
      assert.equal(Object.keys(won).length, 20);
      await assertSound(here, group, won);
    });
  }
});

/** 80 claims, and between them eleven programs at once: a set, and pins on addresses that the controller gives next. */
async function meet(
  here: Site,
  group: Group,
  { end, fallback }: { readonly end: number; readonly fallback: "error" | "next" },
): Promise<Reserved> {
  await here.stack("net/dev").up([pool({ pools: [{ start: "10.0.0.1", end: `10.0.0.${end}` }] })]);
  const made = Promise.all(CLAIMS.map((name) => makeClaim(here, name, group)));
  const given = await eventually("the controller is at work", async () => {
    const addresses = await here.list<Address>(group === "metal3" ? "address" : "capiAddress");
    return addresses.length >= SERVED_BEFORE && addresses.map(({ spec }) => Number(spec.address.split(".")[3]));
  });
  const front = Math.max(...given);
  const rack = here.stack("rack/dev");
  const set = rack.up([hosts(PROPOSED, { start: `10.0.0.${front + 5}` })]);
  const lost: string[] = [];
  const pins = PINNED.map(async (name, index) => {
    const stack = here.stack(`${name}/dev`);
    await stack.up([host(name, { address: `10.0.0.${front + 3 * index}`, fallback })]).then(
      () => assert.ok(stack.outputs(name)),
      (error: Error) => lost.push(error.message),
    );
    return stack.state.has(name) ? [[`${name}-net`, String(stack.outputs(name).address)]] : [];
  });
  const kept = (await Promise.all(pins)).flat();
  await set;
  await made;
  const { addresses } = rack.outputs("rack") as { addresses: Record<string, string> };
  const proposed = Object.entries(addresses).map(([name, address]) => [`${name}-net`, address]);
  return { won: Object.fromEntries([...proposed, ...kept]), lost };
}

async function assertSound(here: Site, group: Group, won: Record<string, string>): Promise<void> {
  const answered = await eventually("every claim has its answer", async () => {
    const all = await answers(here, group);
    return Object.keys(all).length === CLAIMS.length && all;
  });
  const refused = Object.entries(answered).filter(([, answer]) => !answer.startsWith("net-10-0-0-"));
  assert.deepEqual(refused, [], "no claim is refused");
  const names = Object.keys(won);
  await known(here, names);
  await Promise.all(names.map((name) => makeClaim(here, name)));
  const lives = await Promise.all(names.map(async (name) => [name, (await served(here, name)).spec.address]));
  assert.deepEqual(Object.fromEntries(lives), won, "every reservation's claim gets its address");
  const all = Object.entries(await holders(here));
  assert.deepEqual(
    all.filter(([, claims]) => claims.length > 1),
    [],
    "no address has two holders",
  );
  assert.deepEqual(all.flatMap(([, claims]) => claims).sort(), [...CLAIMS, ...names].sort(), "no other claim has any");
}
