/** A static pool that meets the DHCP part of a subnet is refused by name, in every order of declaration. */
import assert from "node:assert/strict";
import { planSubnet } from "../../provider/resources/functions/plan-subnet";
import { openMemoryStore } from "../../provider/store/memory-store";
import { pool } from "./declare";
import { type Declared, Refused, Stack } from "./program";

/** 172.22.0.0/24: 100 static addresses, and the rest for DHCP. */
const { result } = planSubnet.answer({ subnet: "172.22.0.0/24", gateway: "172.22.0.1", static: { size: 100 } });
const { pools, prefix, gateway, dhcpRanges } = result;
const planned = pool({ pools, prefix, gateway, dhcpRanges }, "provisioning");

const range = (start: string, end: string) => ({ pools: [{ start, end }], prefix: 24, gateway: "172.22.0.1" });
const beside = pool(range("172.22.0.200", "172.22.0.210"), "beside");
const free = pool({ pools: [{ subnet: "10.100.0.0/24" }], gateway: undefined }, "storage");

const byTheStatic =
  "beside: pools: 172.22.0.200-172.22.0.210 overlaps a DHCP range of IPPool metal3/provisioning (both have " +
  "172.22.0.200-172.22.0.210). Make them disjoint, or exclude the DHCP range.";
const byThePlanned =
  "provisioning: dhcpRanges: 172.22.0.200-172.22.0.210 overlaps 172.22.0.200-172.22.0.210 of IPPool metal3/beside. Make them " +
  "disjoint, or exclude the DHCP range there.";

async function refusals(preview: Promise<unknown>): Promise<string[]> {
  const error = await preview.then(
    () => new Refused([]),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Refused, String(error));
  return error.message.split("\n").filter(Boolean);
}

function orders(all: readonly Declared[]): Declared[][] {
  return all.length === 0
    ? [[]]
    : all.flatMap((one) => orders(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

describe("a static pool in the DHCP part of planSubnet", () => {
  for (const order of orders([planned, beside, free])) {
    const isFirst = order.indexOf(planned) < order.indexOf(beside);
    it(`is refused if the program declares ${order.map(({ as }) => as).join(", ")}`, async () => {
      const found = await refusals(new Stack(openMemoryStore()).preview(order));
      assert.deepEqual(found, [isFirst ? byTheStatic : byThePlanned]);
    });
  }

  it("is refused if another stack has the DHCP part, or the static pool", async () => {
    for (const [first, second, reason] of [
      [planned, beside, byTheStatic],
      [beside, planned, byThePlanned],
    ] as const) {
      const store = openMemoryStore();
      await new Stack(store, "metal/first").up([first]);
      assert.deepEqual(await refusals(new Stack(store, "metal/second").preview([second])), [reason]);
    }
  });

  it("is not refused in the static part's own subnet without an overlap", async () => {
    assert.deepEqual(await refusals(new Stack(openMemoryStore()).preview([planned, free])), []);
  });
});
