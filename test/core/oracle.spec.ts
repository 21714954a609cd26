/**
 * Replays test/data/metal3-v1.13.1-cases.json: what the real controller gave, claim by claim. The core decides
 * which address and which network; the bookkeeping around it (who holds what, which errors stick) is the little
 * model of the controller below.
 */
import assert from "node:assert/strict";
import { type Address, formatAddress, parseAddress, sameAddress } from "../../provider/core/address";
import { FreeSpace } from "../../provider/core/free-space";
import { compilePool, networkOf } from "../../provider/core/pool";
import { makeRange } from "../../provider/core/range";
import recorded from "../data/metal3-v1.13.1-cases.json";
import { placeLowest } from "./placed";
import { address, poolSpec, type WrittenSpec } from "./written";

type Result =
  | "ok"
  | "gone"
  | ({ address?: string; prefix?: number; gateway?: string; dnsServers?: string[] } & {
      error?: string;
      pending?: boolean;
      refused?: string;
    });
interface Operation {
  op: "claim" | "release" | "set";
  name: string;
  ipAddress?: string;
  spec: Partial<Spec>;
  result: Result;
  also?: Record<string, Result>;
}
type Spec = WrittenSpec & { preAllocations?: Record<string, string> };
interface Case {
  name: string;
  spec: Spec;
  created: "ok" | { refused: string };
  ops: Operation[];
  indexes?: Record<string, string>;
}
const cases = recorded.cases as unknown as Case[];

/** Texts that Metal3 takes and we refuse on purpose: a mapped address has a second spelling, and Metal3 confuses them. */
const REFUSED_BY_PARSER = [
  "ipv6/runs out of mapped IPv4",
  "ipv6/mapped IPv4 and IPv4 entries",
  "mixed/mapped text of a v4 request",
];
/** The controller walks 2^64 addresses and never answers; the core answers at once: taken, and not offered. */
const CONTROLLER_HANGS = [
  "unbounded/v6 /64, requested address taken",
  "unbounded/v6 /64, pre-allocated network address",
];
/** Decided outside the core: a pool waits for its Cluster, prefix lengths are the schema's, objects need valid names. */
const NOT_ABOUT_ADDRESSES = [
  "cluster/cluster name taken away",
  "refused/prefix 129",
  "refused/prefix is text",
  "names/namePrefix of 244 grows over the limit",
  "names/namePrefix with underscore",
  "names/namePrefix ends with a dot",
  "names/namePrefix begins with a dash",
  "names/namePrefix with a space",
];

/** The controller's answer to a claim: an address with its network, an error, or nothing yet. */
type Outcome = { address: string; prefix?: number; gateway?: string; dnsServers?: string[] } | "error" | "pending";

class Controller {
  #spec: Spec;
  readonly holders = new Map<string, Address>();
  readonly #waiting = new Map<string, string | undefined>();

  constructor(spec: Spec) {
    this.#spec = spec;
    poolSpec(this.#spec);
  }

  set(fields: Partial<Spec>): void {
    const merged = Object.entries({ ...this.#spec, ...fields }).filter(([, value]) => value !== null);
    this.#spec = Object.fromEntries(merged) as unknown as Spec;
  }

  release(name: string): void {
    this.holders.delete(name);
    this.#waiting.delete(name);
  }

  claim(name: string, requested?: string): Outcome {
    const outcome = this.#decide(name, requested);
    if (outcome === "pending") this.#waiting.set(name, requested);
    else this.#waiting.delete(name);
    return outcome;
  }

  /** Claims without an answer are tried again on every pass. */
  retried(): Record<string, Outcome> {
    const outcomes = [...this.#waiting].map(([name, requested]) => [name, this.claim(name, requested)] as const);
    return Object.fromEntries(outcomes.filter(([, outcome]) => outcome !== "pending"));
  }

  #decide(name: string, requestedText: string | undefined): Outcome {
    const pool = compilePool(poolSpec(this.#spec));
    const entries = this.#spec.preAllocations ?? {};
    const promisedText = entries[name];
    const promised = promisedText === undefined ? undefined : address(promisedText);
    const requested = requestedText === undefined ? undefined : parseAddress(requestedText);
    if (requested?.ok === false) return this.#refusedRequest(requested.reason);
    if (promised && requested && !sameAddress(promised, requested.value)) return "error";
    // Metal3 compares texts here: an entry that is not canonical withholds nothing. Our view compares values.
    const withheld = Object.values(entries).filter((text) => formatAddress(address(text)) === text);
    const free = new FreeSpace(pool, [...this.holders.values(), ...withheld.map(address)]);
    const wanted = promised ?? requested?.value;
    if (wanted === undefined) {
      const placement = placeLowest(free);
      return placement.kind === "placed" ? this.#give(name, placement.address) : "error";
    }
    if (!free.offers(wanted)) return "error";
    if (promised) {
      const held = [...this.holders.values()].some((holder) => sameAddress(holder, promised));
      return held ? "pending" : this.#give(name, promised);
    }
    return free.isFree(wanted) ? this.#give(name, wanted) : "error";
  }

  /** The parser's refusal must not hide a request that Metal3 would have served. */
  #refusedRequest(reason: string): Outcome {
    if (/mapped/.test(reason)) throw new Error(reason);
    return "error";
  }

  #give(name: string, given: Address): Outcome {
    this.holders.set(name, given);
    const network = networkOf(compilePool(poolSpec(this.#spec)), given);
    assert.ok(network, "placed outside the pool");
    return {
      address: formatAddress(given),
      ...(network.prefixLength !== undefined && { prefix: network.prefixLength }),
      ...(network.gateway && { gateway: formatAddress(network.gateway) }),
      ...(network.dnsServers && { dnsServers: network.dnsServers.map(formatAddress) }),
    };
  }
}

/** Metal3 copies gateway and DNS servers as written; canonical spelling makes them comparable. */
function outcomeOf(result: Result): Outcome {
  assert.ok(typeof result === "object");
  if (result.pending) return "pending";
  if (result.address === undefined) return "error";
  const canonical = (text: string): string => formatAddress(address(text));
  return {
    address: result.address,
    ...(result.prefix !== undefined && { prefix: result.prefix }),
    ...(result.gateway && { gateway: canonical(result.gateway) }),
    ...(result.dnsServers && { dnsServers: result.dnsServers.map(canonical) }),
  };
}

function replay({ spec, ops, indexes }: Case): void {
  const controller = new Controller(spec);
  for (const [place, { op, name, ipAddress, spec: fields, result, also }] of ops.entries()) {
    const step = `operation ${place}, ${op} ${name ?? ""}`;
    if (typeof result === "object" && result.refused !== undefined) continue; // the API server or webhook refused it
    if (op === "set") controller.set(fields);
    else if (op === "release") controller.release(name);
    else assert.deepEqual(controller.claim(name, ipAddress), outcomeOf(result), step);
    const expected = Object.entries(also ?? {}).map(([other, changed]) => [other, outcomeOf(changed)]);
    if (op !== "claim" || also) assert.deepEqual(controller.retried(), Object.fromEntries(expected), step);
  }
  const held = [...controller.holders].map(([name, holder]) => [name, formatAddress(holder)]);
  assert.deepEqual(Object.fromEntries(held), indexes);
}

/** Faults of a spec that the API server refused: bad texts, or ranges that end before they start. */
function refuse({ pools, preAllocations, ...rest }: Spec): void {
  for (const text of Object.values(preAllocations ?? {})) address(text);
  for (const { start, end } of poolSpec({ ...rest, pools }).entries) {
    if (!start || !end) continue;
    const range = makeRange(start, end);
    if (!range.ok) throw new Error(range.reason);
  }
}

describe("cases recorded from Metal3's controller", () => {
  const apart = [...REFUSED_BY_PARSER, ...CONTROLLER_HANGS, ...NOT_ABOUT_ADDRESSES];

  it("are all there", () => {
    assert.equal(cases.length, 230);
    for (const name of apart)
      assert.ok(
        cases.some((one) => one.name === name),
        name,
      );
  });
  for (const one of cases) {
    if (NOT_ABOUT_ADDRESSES.includes(one.name)) it.skip(`${one.name}: not about addresses`);
    else if (REFUSED_BY_PARSER.includes(one.name)) {
      it(`${one.name}: refused on purpose`, () => assert.throws(() => replay(one), /IPv4-mapped\. Write \d/));
    } else if (CONTROLLER_HANGS.includes(one.name)) {
      it(`${one.name}: the core answers`, () => {
        const controller = new Controller(one.spec);
        const outcomes = one.ops.map(({ name, ipAddress }) => controller.claim(name, ipAddress));
        assert.deepEqual(outcomes, [{ address: "2001:db8::1" }, "error"]);
      });
    } else if (one.created !== "ok") it(`${one.name}: refused`, () => assert.throws(() => refuse(one.spec)));
    else it(one.name, () => replay(one));
  }
});
