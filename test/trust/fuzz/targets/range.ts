import assert from "node:assert/strict";
import { compareAddresses, formatAddress, parseAddress } from "../../../../provider/core/address";
import { formatRange, formatSubnet, parseRange, parseSubnet } from "../../../../provider/core/range";
import { RangeSet } from "../../../../provider/core/range-set";
import { readArguments } from "../../../../provider/resources/arguments";
import { compiledPool } from "../../../../provider/resources/ip-pool/kept-back";
import { poolShape, writtenSpec } from "../../../../provider/resources/ip-pool/pool-arguments";
import type { Target } from "../fuzz";

/**
 * A pool of a program. The first line is a subnet or a range, and
 * so is a second one that begins with +. The others are excluded.
 */
const target: Target = {
  seeds: [
    "10.0.0.0/24\n10.0.0.1-10.0.0.9",
    "10.0.0.10-10.0.0.20\n10.0.0.12\n10.0.0.16/30",
    "2001:db8::/64\n2001:db8::1\n2001:db8::/120",
    "10.0.0.0/255.255.255.0",
    "10.0.0.9-10.0.0.1",
    "10.0.0.5/24",
    "10.0.0.1-::1",
    "10.0.0.0/30\n+10.0.0.128-10.0.0.130\n10.0.0.2",
    "::/0\n::-::2",
    "::/80\n::1",
    "::ffff:0:1-1::",
  ],
  words: [
    "/",
    "-",
    "\n",
    "\n+",
    "::",
    "10.0.0.",
    "/24",
    "/32",
    "/0",
    "/128",
    "/255.255.0.0",
    "2001:db8::",
    "ffff",
    "00",
  ],
  follows: /\/provider\/(core|api)\/|\/pool-arguments|\/resources\/arguments/,
  run(input) {
    const lines = input.toString("utf8").split("\n");
    for (const text of lines) {
      for (const parsed of [parseRange(text), parseSubnet(text)]) {
        if (!parsed.ok) assert.match(parsed.reason, /^".*" is not a (range|subnet)\. [\x20-\x7e]{1,400}$/);
      }
      const range = parseRange(text);
      if (range.ok) {
        assert.ok(compareAddresses(range.value.first, range.value.last) <= 0);
        // `::/80` ends among the IPv4-mapped addresses, which no pool offers and no program may use.
        const isWritable = parseAddress(formatAddress(range.value.last)).ok;
        if (isWritable) assert.deepEqual(parseRange(formatRange(range.value)), range);
      }
      const subnet = parseSubnet(text);
      if (subnet.ok) assert.deepEqual(parseSubnet(formatSubnet(subnet.value)), subnet);
    }
    const pools = lines.filter((line, index) => index === 0 || line.startsWith("+")).map(entryOf);
    const excludes = lines.slice(1).filter((line) => !line.startsWith("+"));
    for (const excludeReserved of [false, true]) {
      const { args, failures } = readArguments(poolShape, { name: "p", pools, excludes, excludeReserved });
      for (const { path, reason } of failures) assert.ok(path.length > 0 && /^[^\n]{1,2000}$/.test(reason), reason);
      const written = writtenSpec(args);
      if (written === undefined) continue;
      const offered = compiledPool(written, { ...args, excludes: undefined, excludeReserved: false }).addresses;
      const left = compiledPool(written, { ...args, excludeReserved: false }).addresses;
      assert.deepEqual(left, offered.subtract(RangeSet.of(args.excludes ?? [])));
      assert.ok(compiledPool(written, args).capacity <= left.size);
    }
  },
};

function entryOf(line: string): object {
  const text = line.replace(/^\+/, "");
  const [start, end] = text.split("-");
  return text.includes("/") ? { subnet: text } : { start, end, prefix: 24, gateway: start };
}
export default target;
