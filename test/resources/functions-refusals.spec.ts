/** Both functions refuse faulty arguments, missing pools and unreachable clusters. */
import assert from "node:assert/strict";
import type { Functions } from "../../provider/compose";
import { printed } from "../../provider/pulumi/failed-check";
import { type Properties, UNKNOWN } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import { StoreError, type StoreErrorReason } from "../../provider/store/store";
import { previewOf, processOf } from "./asking";
import { host } from "./declare";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

/** Fails the test if it is asked. */
const stack = new Stack({ ...openMemoryStore(), list: () => assert.fail("asked") });

const UNKNOWN_YET =
  "is not known before the update. Call the function in its output form, which waits until it is known.";
const LABEL =
  "must consist of at most 63 lower-case letters, digits and -, and must start and end with a letter or digit (RFC 1123).";

const rows: [name: keyof Functions, args: Properties, failures: [property: string, reason: string][]][] = [
  ["getIPPool", {}, [["name", "is required."]]],
  ["getIPPool", { name: UNKNOWN }, [["name", UNKNOWN_YET]]],
  [
    "getIPPool",
    { name: 7, namespace: "No", pool: "net" },
    [
      ["pool", "is not a property. Choose one of name, namespace."],
      ["name", "7 is a number, but must be text."],
      ["namespace", `"No" ${LABEL}`],
    ],
  ],
  [
    "getIPAddress",
    {},
    [
      ["pool", "is required."],
      ["host", "is required. Give the BareMetalHost's name, or set `claimName` or `address` instead."],
    ],
  ],
  [
    "getIPAddress",
    { pool: null, host: UNKNOWN, claimName: "a-net", address: "10.0.0.012" },
    [
      ["pool", "is required."],
      ["address", '"10.0.0.012" is not an IP address. Leading zeros are not allowed. Write 10.0.0.12.'],
      ["host", UNKNOWN_YET],
      ["claimName", "cannot be set together with `host`. Remove one of them."],
      ["address", "cannot be set together with `host`. Remove one of them."],
    ],
  ],
  [
    "getIPAddress",
    { pool: "net", address: "fd00::g" },
    [["address", '"fd00::g" is not an IP address. Its group "g" is not hexadecimal.']],
  ],
  [
    "getIPAddress",
    { pool: "net", host: "h".repeat(250) },
    [
      [
        "host",
        `makes the claim name "${"h".repeat(250)}-net", which has more than 253 characters. Choose a shorter name.`,
      ],
    ],
  ],
];

describe("arguments of functions", () => {
  for (const [name, args, expected] of rows) {
    const said = Object.keys(args).map((property) => `${property} ${String(args[property]).slice(0, 20)}`);
    it(`are refused with all faults at once: ${name} of ${said.join(", ") || "nothing"}`, async () => {
      const { result, failures } = await processOf(stack)[name].invoke(args);
      assert.deepEqual(
        failures.map(printed).map(({ property, reason }) => [property, reason]),
        expected,
      );
      assert.deepEqual(result, {});
    });
  }
});

const asks: [keyof Functions, Properties][] = [
  ["getIPPool", { name: "net" }],
  ["getIPAddress", { pool: "net", host: "a" }],
];

describe("a pool that does not exist", () => {
  for (const [name, args] of asks) {
    it(`makes ${name} fail at once, and say what to pass`, async () => {
      const stack = new Stack(openMemoryStore());
      // A host alone does not plan a pool.
      const process = await previewOf(stack, [host("a")]);
      await assert.rejects(process[name].invoke(args), {
        name: "IpamError",
        kind: "poolMissing",
        message:
          "IPPool metal3/net does not exist. If this program creates it, pass `pool.name` of the resource instead of a string, " +
          "so that Pulumi creates it first.",
      });
      assert.equal(stack.environment.now(), 0, "nobody waited");
    });
  }
});

describe("an unreachable cluster", () => {
  const remedies: [StoreErrorReason, RegExp][] = [
    ["Unavailable", /^Cannot list IPPool objects: so\. Check that the API server of memory of this process is up /],
    ["Forbidden", /^Cannot list IPPool objects: so\. Ask for the role metal3-ipam-writer in memory of this process /],
    ["NotInstalled", /^Cannot list IPPool objects: so\. If you mean another cluster than memory of this process, /],
    ["Malformed", /^Cannot list IPPool objects: so\.$/],
  ];
  for (const [reason, message] of remedies) {
    for (const [name, args] of asks) {
      it(`is reported by ${name} with a remedy: ${reason}`, async () => {
        const list = () => Promise.reject(new StoreError(reason, "Cannot list IPPool objects: so."));
        const process = processOf(new Stack({ ...openServedStore(), list }));
        await assert.rejects(process[name].invoke(args), { name: "StoreError", reason, message });
      });
    }
  }
});
