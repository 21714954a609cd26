import assert from "node:assert/strict";
import fc from "fast-check";
import { type Address, addressBits, formatAddress } from "../../provider/core/address";
import { compilePool, reservedAddresses, withoutAddresses } from "../../provider/core/pool";
import { RangeSet } from "../../provider/core/range-set";
import { MAX_NETWORKS_PER_RANGE } from "../../provider/core/reserved";
import { enumerate, smallRange } from "./universe";
import { poolSpec, type WrittenSpec } from "./written";

const reserved = (spec: WrittenSpec): string =>
  reservedAddresses(poolSpec(spec))
    .map(({ address, role, index }) => `${index}:${formatAddress(address)} ${role}`)
    .join(", ");

describe("reservedAddresses", () => {
  const rows: [what: string, spec: WrittenSpec, expected: string][] = [
    ["/30", { pools: [{ subnet: "10.0.0.0/30" }] }, "0:10.0.0.3 broadcast"], // Metal3 skips .0 itself
    [
      "/30 from its start",
      { pools: [{ subnet: "10.0.0.0/30", start: "10.0.0.0" }] },
      "0:10.0.0.0 network, 0:10.0.0.3 broadcast",
    ],
    ["/31 (RFC 3021)", { pools: [{ subnet: "10.0.0.0/31", start: "10.0.0.0" }] }, ""],
    ["/32", { pools: [{ subnet: "10.0.0.7/32", start: "10.0.0.7" }] }, ""],
    ["/127 (RFC 6164)", { pools: [{ subnet: "2001:db8::/127", start: "2001:db8::" }] }, ""],
    ["/128", { pools: [{ start: "2001:db8::", end: "2001:db8::9", prefix: 128 }] }, ""],
    [
      "/126 anycast",
      { pools: [{ start: "2001:db8::", end: "2001:db8::5", prefix: 126 }] },
      "0:2001:db8:: network, 0:2001:db8::4 network",
    ],
    [
      "gateway of the pool",
      { gateway: "10.0.0.1", pools: [{ subnet: "10.0.0.0/29" }] },
      "0:10.0.0.1 gateway, 0:10.0.0.7 broadcast",
    ],
    ["gateway outside", { gateway: "10.0.0.1", pools: [{ start: "10.0.0.2", end: "10.0.0.9" }] }, ""],
    [
      "gateway of one entry in another",
      {
        pools: [
          { start: "10.0.0.2", end: "10.0.0.9" },
          { start: "10.0.1.1", end: "10.0.1.1", gateway: "10.0.0.9" },
        ],
      },
      "0:10.0.0.9 gateway",
    ],
    [
      "networks of the effective prefix",
      { prefix: 24, pools: [{ start: "10.0.0.250", end: "10.0.1.2" }] },
      "0:10.0.0.255 broadcast, 0:10.0.1.0 network",
    ],
    ["a chunk of its network", { prefix: 24, pools: [{ start: "10.0.0.10", end: "10.0.0.20" }] }, ""],
    ["senseless prefix", { prefix: 64, pools: [{ start: "10.0.0.0", end: "10.0.0.255" }] }, ""],
    ["negative prefix", { prefix: -2, pools: [{ start: "10.0.0.0", end: "10.0.0.255" }] }, ""],
    [
      "offered by two entries: named once",
      {
        prefix: 24,
        pools: [
          { start: "10.0.0.0", end: "10.0.0.5" },
          { start: "10.0.0.0", end: "10.0.0.9" },
        ],
      },
      "0:10.0.0.0 network",
    ],
    ["/48", { prefix: 48, pools: [{ subnet: "2001:db8::/48" }] }, ""],
  ];
  for (const [what, spec, expected] of rows) it(what, () => assert.equal(reserved(spec), expected));

  it("looks at a bounded number of networks, the last one among them", () => {
    const all = reservedAddresses(poolSpec({ prefix: 126, pools: [{ start: "2001:db8::", end: "2001:db8:ffff::" }] }));
    assert.equal(all.length, MAX_NETWORKS_PER_RANGE);
    assert.deepEqual(
      all.slice(0, 2).map(({ address }) => formatAddress(address)),
      ["2001:db8::", "2001:db8::4"],
    );
    assert.equal(formatAddress(all.at(-1)!.address), "2001:db8:ffff::");
  });

  it("finds the same as a look at each offered address, and nothing after those are excluded", () => {
    const prefixLength = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(smallRange, prefixLength), { maxLength: 4 }), (written) => {
        const entries = written.map(([{ first, last }, hostBits]) => ({
          start: first,
          end: last,
          prefixLength: addressBits(first.family) - hostBits,
        }));
        // The edges of the networks that an entry lies in, if any entry gives them out.
        const expected = new Set<string>();
        const given = entries.flatMap(({ start, end }) => enumerate({ first: start, last: end }));
        for (const { start, end, prefixLength: length } of entries) {
          const networks = new Set(enumerate({ first: start, last: end }).map((each) => networkBits(each, length)));
          for (const each of given.filter((one) => networks.has(networkBits(one, length)))) {
            for (const role of rolesOf(each, length)) expected.add(`${formatAddress(each)} ${role}`);
          }
        }
        const found = reservedAddresses({ entries });
        const texts = new Set(found.map(({ address }) => formatAddress(address)));
        // Two entries may see one address as network and broadcast: it is named once.
        assert.deepEqual(texts, new Set([...expected].map((text) => text.split(" ")[0])));
        for (const { address, role } of found) assert.ok(expected.has(`${formatAddress(address)} ${role}`));
        for (const { address, index } of found) {
          const covers = entries.findIndex((entry) => compilePool({ entries: [entry] }).addresses.contains(address));
          assert.equal(index, covers);
        }
        const excludes = RangeSet.of(found.map(({ address }) => ({ first: address, last: address })));
        assert.deepEqual(reservedAddresses(withoutAddresses({ entries }, excludes)), []);
      }),
      { numRuns: 500 },
    );
  });
});

const bits = ({ family, value }: Address): string => value.toString(2).padStart(addressBits(family), "0");
const networkBits = (address: Address, prefixLength: number): string =>
  `IPv${address.family} ${bits(address).slice(0, prefixLength)}`;

/** By the bits of the host part: all zeros, or (IPv4) all ones. */
function rolesOf(address: Address, prefixLength: number): string[] {
  const host = bits(address).slice(prefixLength);
  if (host.length < 2) return [];
  return [
    ...(/^0+$/.test(host) ? ["network"] : []),
    ...(address.family === 4 && /^1+$/.test(host) ? ["broadcast"] : []),
  ];
}
