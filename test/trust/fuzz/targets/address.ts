import assert from "node:assert/strict";
import { isIP } from "node:net";
import { addressText, canonicalText } from "../../../../provider/api/address-text";
import { readWith } from "../../../../provider/api/fault";
import { formatAddress, parseAddress } from "../../../../provider/core/address";
import type { Target } from "../fuzz";

/** Never throws. It reads one address in all spellings, and accepts no more than `net.isIP`. */
const target: Target = {
  seeds: ["10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "fe80::1%eth0", "010.0.0.1", "10.0.0.0/24", "::"],
  words: [
    "::",
    ":",
    ".",
    "%",
    "/",
    "-",
    "0",
    "00",
    "ffff",
    "FFFF",
    "db8",
    "2001",
    "10",
    "0x0a",
    "0177",
    "1e3",
    "[",
    "]",
  ],
  follows: /\/provider\/(core|api)\/|\/node_modules\/ip-address\//,
  run(input) {
    const text = input.toString("utf8");
    const parsed = parseAddress(text);
    const read = readWith(addressText, text);
    assert.equal(read.ok, parsed.ok);
    if (!parsed.ok) {
      assert.match(parsed.reason, /^".*" is not an IP address/);
      assert.match(parsed.reason, /^[\x20-\x7e]{1,400}$/);
      if (isIP(text) !== 0) assert.match(parsed.reason, /zone|IPv4-mapped|too long/);
      return;
    }
    assert.equal(isIP(text), parsed.value.family);
    const written = formatAddress(parsed.value);
    assert.deepEqual(parseAddress(written), parsed);
    assert.equal(canonicalText(addressText, text), written);
    assert.equal(canonicalText(addressText, written), written);
  },
};
export default target;
