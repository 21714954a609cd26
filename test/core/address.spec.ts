import assert from "node:assert/strict";
import { isIP } from "node:net";
import fc from "fast-check";
import { Address6 } from "ip-address";
import {
  type Address,
  compareAddresses,
  type Family,
  formatAddress,
  lastAddress,
  MAPPED_FIRST,
  MAPPED_LAST,
  parseAddress,
  sameAddress,
} from "../../provider/core/address";
import { parseRange, parseSubnet } from "../../provider/core/range";
import badAddresses from "../data/bad-addresses.json";

const isMapped = ({ family, value }: Address): boolean => family === 6 && value >= MAPPED_FIRST && value <= MAPPED_LAST;

/** Both families; zero groups are frequent, so that `::` moves about. */
const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.bigInt(0n, lastAddress(4).value).map((value): Address => ({ family: 4, value })),
  fc
    .array(fc.oneof(fc.constant(0n), fc.bigInt(0n, 0xffffn)), { minLength: 8, maxLength: 8 })
    .map((groups): Address => ({ family: 6, value: groups.reduce((value, group) => (value << 16n) | group, 0n) }))
    .filter((address) => !isMapped(address)),
);

describe("parseAddress", () => {
  const accepted: [text: string, family: Family, value: bigint, canonical: string][] = [
    ["0.0.0.0", 4, 0n, "0.0.0.0"], // bottom of the space
    ["255.255.255.255", 4, 0xffffffffn, "255.255.255.255"], // top of the space
    ["10.0.0.10", 4, 0x0a00000an, "10.0.0.10"],
    ["::", 6, 0n, "::"], // nothing but zeros
    ["::1", 6, 1n, "::1"],
    ["1::", 6, 1n << 112n, "1::"], // zeros at the end
    ["::ffff", 6, 0xffffn, "::ffff"], // not mapped: the ffff is the last group
    ["::fffe:a00:5", 6, 0xfffe0a000005n, "::fffe:a00:5"], // next to the mapped block
    ["::1:0:0:0", 6, 0x1_0000_0000_0000n, "::1:0:0:0"], // right above the mapped block
    ["2001:DB8::A", 6, 0x20010db8000000000000000000000000n + 10n, "2001:db8::a"], // RFC 5952 4.3 lower case
    ["2001:0db8:0000:0000:0000:0000:0000:0009", 6, 0x20010db8000000000000000000000009n, "2001:db8::9"], // RFC 5952 4.1
    ["2001:db8:0:1:1:1:1:1", 6, 0x20010db8000000010001000100010001n, "2001:db8:0:1:1:1:1:1"], // 4.2.2 one zero stays
    ["2001:0:0:1:0:0:0:1", 6, 0x20010000000000010000000000000001n, "2001:0:0:1::1"], // 4.2.3 the longest run
    ["2001:db8:0:0:1:0:0:1", 6, 0x20010db8000000000001000000000001n, "2001:db8::1:0:0:1"], // 4.2.3 the first of equals
    ["64:ff9b::10.0.0.5", 6, 0x0064ff9b00000000000000000a000005n, "64:ff9b::a00:5"], // RFC 4291 2.2 form 3
    ["2001:db8::192.168.0.1", 6, 0x20010db80000000000000000c0a80001n, "2001:db8::c0a8:1"],
    ["0:0:0:0:0:0:10.0.0.5", 6, 0x0a000005n, "::a00:5"],
    ["1:2:3:4:5:6:7::", 6, 0x00010002000300040005000600070000n, "1:2:3:4:5:6:7:0"], // `::` for one group may be read
  ];
  for (const [text, family, value, canonical] of accepted) {
    it(`reads ${text}`, () => {
      const parsed = parseAddress(text);
      assert.deepEqual(parsed, { ok: true, value: { family, value } });
      assert.equal(formatAddress({ family, value }), canonical);
    });
  }

  it("reads what formatAddress wrote", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        assert.deepEqual(parseAddress(formatAddress(address)), { ok: true, value: address });
      }),
      { numRuns: 2000 },
    );
  });

  it("accepts nothing that net.isIP or ip-address refuses, and refuses only what its comment names", () => {
    const pieces = fc.constantFrom(
      "0",
      "1",
      "10",
      "010",
      "255",
      "256",
      "ffff",
      "db8",
      "g",
      ".",
      ":",
      "::",
      "%",
      "/",
      "-",
    );
    const spelling = fc.oneof(
      fc.array(pieces, { maxLength: 16 }).map((parts) => parts.join("")),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      anyAddress.map((address) => formatAddress(address).toUpperCase()),
    );
    fc.assert(
      fc.property(spelling, (text) => {
        const parsed = parseAddress(text);
        if (parsed.ok) assert.equal(isIP(text), parsed.value.family);
        else if (isIP(text) !== 0) assert.match(parsed.reason, /zone|mapped/);
      }),
      { numRuns: 5000 },
    );
  });

  it("never throws, and quotes refused texts in ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        for (const parsed of [parseAddress(text), parseSubnet(text), parseRange(text)]) {
          if (!parsed.ok) assert.match(parsed.reason, /^[\x20-\x7e]{1,400}$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("refused texts (test/data/bad-addresses.json)", () => {
  const parsers = { address: parseAddress, subnet: parseSubnet, range: parseRange };
  const rows = badAddresses as [text: string, kind: keyof typeof parsers, reason: string][];

  it("are many and each once", () => {
    assert.ok(rows.length >= 150);
    assert.equal(new Set(rows.map(([text, kind]) => `${kind} ${text}`)).size, rows.length);
  });
  for (const [text, kind, reason] of rows) {
    it(`${kind} ${JSON.stringify(text.slice(0, 40))}: ${reason}`, () => {
      const parsed = parsers[kind](text);
      assert.ok(!parsed.ok, "was accepted");
      assert.ok(parsed.reason.includes(reason), parsed.reason);
    });
  }
});

describe("formatAddress", () => {
  it("writes IPv6 like ip-address and the URL parser", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        if (address.family === 4) return;
        const text = formatAddress(address);
        assert.equal(text, Address6.fromBigInt(address.value).correctForm());
        assert.equal(`[${text}]`, new URL(`http://[${text}]/`).hostname);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("compareAddresses and sameAddress", () => {
  it("sort IPv4 before IPv6, then by number", () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, (a, b) => {
        const key = ({ family, value }: Address): string => `${family} ${value.toString().padStart(40, "0")}`;
        const expected = key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
        assert.equal(Math.sign(compareAddresses(a, b)), expected);
        assert.equal(sameAddress(a, b), expected === 0);
        assert.ok(sameAddress(a, { ...a }));
      }),
    );
    assert.ok(!sameAddress({ family: 4, value: 1n }, { family: 6, value: 1n })); // 0.0.0.1 is not ::1
  });
});
