import assert from "node:assert/strict";
import { firstFreeInMetal3, type Metal3Entry } from "./metal3-loop";

const first = (entries: readonly Metal3Entry[], ...held: readonly string[]) =>
  firstFreeInMetal3(entries, new Map(held.map((address) => [address, "claim"])));

describe("Metal3's search for a free address, as the bench copies it", () => {
  it("counts from the start, and past held addresses", () => {
    const entries = [{ start: "10.0.0.254", end: "10.0.1.1" }];
    assert.equal(first(entries), "10.0.0.254");
    assert.equal(first(entries, "10.0.0.254", "10.0.0.255"), "10.0.1.0");
    assert.equal(first(entries, "10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"), undefined);
  });

  it("leaves out the network's address of a subnet alone, and gives its last address", () => {
    const entries = [{ subnet: "10.0.0.0/30" }, { subnet: "10.9.0.0/16" }];
    assert.equal(first(entries), "10.0.0.1");
    assert.equal(first(entries, "10.0.0.1", "10.0.0.2"), "10.0.0.3");
    assert.equal(first(entries, "10.0.0.1", "10.0.0.2", "10.0.0.3"), "10.9.0.1");
  });

  it("writes IPv6 as Go does", () => {
    assert.equal(first([{ subnet: "fd00::/64" }]), "fd00::1");
    assert.equal(first([{ start: "fd00:22::ffff" }], "fd00:22::ffff"), "fd00:22::1:0");
    assert.equal(first([{ start: "2001:db8:0:1:1:0:0:1" }]), "2001:db8:0:1:1::1");
    assert.equal(first([{ start: "::ffff:ffff:ffff:ffff" }]), "::ffff:ffff:ffff:ffff");
    assert.equal(first([{ start: "ff02::", end: "ff02::1" }], "ff02::", "ff02::1"), undefined);
  });
});
