/** An IPv6 address has many spellings. Each is read as the same number, and written in one way. */
import assert from "node:assert/strict";
import { isIP } from "node:net";
import { formatAddress, MAPPED_FIRST, MAPPED_LAST, parseAddress } from "../../provider/core/address";
import { record } from "./figures";
import { count, randomFrom, seed } from "./scale";

/** The spellings that `net.isIP` accepts and this provider refuses, and why. There are no others. */
const STRICTER = {
  mapped: /\. It is IPv4-mapped\. Write \d+\.\d+\.\d+\.\d+\.$/,
  zone: /\. It has a zone\. Write the address without it\.$/,
};

class Speller {
  constructor(private readonly random: () => number) {}

  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  /** Zeros are frequent, so that `::` moves. */
  groups(): number[] {
    if (this.below(20) === 0) return [0, 0, 0, 0, 0, 0xffff, this.below(0x10000), this.below(0x10000)];
    return Array.from({ length: 8 }, () => (this.below(2) === 0 ? 0 : this.below([2, 16, 256, 65536][this.below(4)]!)));
  }

  /** Upper or lower case for each letter, leading zeros, `::` for any run of zeros or for none. */
  spelling(groups: readonly number[]): string {
    const texts = groups.map((group) => {
      const hex = group.toString(16);
      const padded = hex.padStart(Math.max(hex.length, 1 + this.below(4)), "0");
      return [...padded].map((digit) => (this.below(2) === 0 ? digit.toUpperCase() : digit)).join("");
    });
    const zeros = groups.flatMap((group, place) => (group === 0 ? [place] : []));
    const from = zeros[this.below(zeros.length)];
    if (from === undefined || this.below(4) === 0) return texts.join(":");
    let to = from;
    while (groups[to + 1] === 0 && this.below(4) > 0) to++;
    return `${texts.slice(0, from).join(":")}::${texts.slice(to + 1).join(":")}`;
  }

  /** One character more, less, or another one. */
  slip(text: string): string {
    const at = this.below(text.length + 1);
    const put = "0123456789abcdefABCDEF::::..%/ gx-"[this.below(34)]!;
    return text.slice(0, at) + put.slice(this.below(2)) + text.slice(at + this.below(2));
  }
}

describe(`spellings of IPv6 (SEED=${seed})`, () => {
  it("are read as the right number, written as in RFC 5952, and only if net.isIP accepts them", () => {
    const spellings = count(5_000, 100_000);
    const start = performance.now();
    const speller = new Speller(randomFrom(seed));
    const stricter = { mapped: 0, zone: 0 };
    const different: string[] = [];
    const differs = (text: string, isSame: boolean) => void (isSame || different.push(JSON.stringify(text)));
    /** Refused although net.isIP takes it. */
    const isStricter = (reason: string) => {
      const why = (Object.keys(STRICTER) as (keyof typeof STRICTER)[]).find((one) => STRICTER[one].test(reason));
      if (why !== undefined) stricter[why]++;
      return why !== undefined;
    };
    for (let tried = 0; tried < spellings; tried++) {
      const groups = speller.groups();
      const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
      const text = speller.spelling(groups);
      const parsed = parseAddress(text);
      const isMapped = value >= MAPPED_FIRST && value <= MAPPED_LAST;
      differs(text, isIP(text) === 6);
      if (!parsed.ok) differs(text, isMapped && isStricter(parsed.reason));
      else {
        const written = formatAddress(parsed.value);
        const again = parseAddress(written);
        differs(text, !isMapped && parsed.value.family === 6 && parsed.value.value === value);
        differs(text, again.ok && again.value.value === value);
        // The URL standard's serializer is independent of this code.
        differs(text, `[${written}]` === new URL(`http://[${text}]/`).hostname);
      }
      for (const slip of [speller.slip(text), `${text}%eth0`, dotted(text)]) {
        const read = parseAddress(slip);
        if (read.ok) differs(slip, isIP(slip) === read.value.family);
        else differs(slip, isIP(slip) === 0 || isStricter(read.reason));
      }
    }
    const outcome = `${different.length} differences; stricter than net.isIP with ${stricter.mapped} mapped and ${stricter.zone} with a zone, all of them named`;
    assert.deepEqual(different.slice(0, 10), []);
    for (const times of Object.values(stricter)) assert.notEqual(times, 0);
    const seconds = (performance.now() - start) / 1000;
    record({
      claim: 11,
      what: `${spellings} random IPv6 spellings: parse, format, net.isIP, the URL parser`,
      outcome,
      seconds,
    });
  });
});

/** The last 32 bits in dotted form, if they are written in two groups. */
function dotted(text: string): string {
  return text.replace(/([^:]+):([^:]+)$/, (_, high: string, low: string) => {
    const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
    return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
  });
}
