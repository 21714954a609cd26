import assert from "node:assert/strict";
import { faultsOf, type Operation, type Said } from "./checker";

const ADDRESSES = ["1", "2"];
const at = (client: number, called: number, returned: number, said: Said): Operation => ({
  client,
  called,
  returned,
  said,
});
const reserve = (claim: string, address: string): Said => ({ did: "reserve", claim, asked: address, address });
const reserveAny = (claim: string, address: string): Said => ({ did: "reserve", claim, asked: undefined, address });
const release = (claim: string, address: string): Said => ({ did: "release", claim, address });
const refuse = (claim: string, asked?: string, full = false): Said => ({ did: "refuse", claim, asked, full });
const list = (...found: [string, string][]): Said => ({
  did: "list",
  found: found.map(([claim, address]) => ({ claim, address })),
});

const GOOD: Record<string, Operation[]> = {
  "one after another": [at(0, 1, 2, reserve("a", "1")), at(0, 3, 4, release("a", "1")), at(1, 5, 6, reserve("b", "1"))],
  "given while its release is under way": [
    at(0, 1, 2, reserve("a", "1")),
    at(0, 3, 9, release("a", "1")),
    at(1, 4, 5, reserve("b", "1")),
  ],
  // The calls have no valid order: b has to be after the release, and the release after its own reservation.
  "three at once, in one order only": [
    at(1, 1, 20, reserve("b", "1")),
    at(0, 2, 3, reserve("a", "1")),
    at(2, 4, 19, reserve("c", "2")),
    at(0, 5, 18, release("a", "1")),
  ],
  "a refusal next to a holder": [at(0, 1, 2, reserve("a", "1")), at(1, 3, 4, refuse("b", "1"))],
  "a refusal next to a try": [at(0, 1, 4, refuse("a", "1")), at(1, 2, 3, refuse("a", "2"))],
  "all in use": [
    at(0, 1, 2, reserve("a", "1")),
    at(0, 3, 4, reserve("b", "2")),
    at(1, 5, 6, refuse("c", undefined, true)),
  ],
  "lists of different moments": [
    at(0, 1, 2, reserve("a", "1")),
    at(1, 3, 10, list(["a", "1"], ["a", "2"])),
    at(0, 4, 5, release("a", "1")),
    at(0, 6, 7, reserve("a", "2")),
  ],
  "listed at the address that was tried first": [at(0, 1, 4, reserveAny("a", "2")), at(1, 2, 3, list(["a", "1"]))],
};

const BAD: Record<string, [RegExp, Operation[]]> = {
  "an address for two": [/no order/, [at(0, 1, 2, reserve("a", "1")), at(1, 3, 4, reserve("b", "1"))]],
  "an address for two at once": [/no order/, [at(0, 1, 4, reserve("a", "1")), at(1, 2, 3, reserve("b", "1"))]],
  "a claim with two": [/no order/, [at(0, 1, 4, reserve("a", "1")), at(1, 2, 3, reserve("a", "2"))]],
  "given before its release was called": [
    /no order.+after 1,/,
    [at(0, 1, 2, reserve("a", "1")), at(1, 3, 4, reserve("b", "1")), at(0, 5, 6, release("a", "1"))],
  ],
  "given twice while one release is under way": [
    /no order/,
    [
      at(0, 1, 2, reserve("a", "1")),
      at(0, 3, 9, release("a", "1")),
      at(1, 4, 5, reserve("b", "1")),
      at(2, 6, 7, reserve("c", "1")),
    ],
  ],
  "a refusal after the end": [
    /refused without a reason/,
    [at(0, 1, 2, reserve("a", "1")), at(0, 3, 4, release("a", "1")), at(1, 5, 6, refuse("b", "1"))],
  ],
  "full with room": [
    /refused without a reason/,
    [at(0, 1, 2, reserve("a", "1")), at(1, 3, 4, refuse("b", undefined, true))],
  ],
  "listed after its end": [
    /never there: a 1/,
    [at(0, 1, 2, reserve("a", "1")), at(0, 3, 4, release("a", "1")), at(1, 5, 6, list(["a", "1"]))],
  ],
  "listed at another address than the requested one": [
    /never there: a 1/,
    [at(0, 1, 4, reserve("a", "2")), at(1, 2, 3, list(["a", "1"]))],
  ],
  "listed elsewhere after its try": [
    /never there: a 1/,
    [at(0, 1, 2, reserveAny("a", "2")), at(1, 3, 4, list(["a", "1"], ["a", "2"]))],
  ],
  "not listed": [/not listed once: a 1/, [at(0, 1, 2, reserve("a", "1")), at(1, 3, 4, list())]],
};

describe("the checker of histories", () => {
  for (const [name, history] of Object.entries(GOOD)) {
    it(`accepts: ${name}`, () => assert.deepEqual(faultsOf(history, ADDRESSES), []));
  }
  for (const [name, [fault, history]] of Object.entries(BAD)) {
    it(`rejects: ${name}`, () => assert.match(faultsOf(history, ADDRESSES).join("\n"), fault));
  }
});
