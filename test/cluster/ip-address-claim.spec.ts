/** IPAddressClaims of Metal3's pools, under Metal3's controller. */
import assert from "node:assert/strict";
import { addressClaim, claim, host, pool } from "../resources/declare";
import { endLife, known, startLife } from "./claimants";
import { claimedAddresses, type Pools } from "./claimed-addresses";
import { useSite } from "./site";

const METAL3: Pools = {
  apiGroup: "ipam.metal3.io",
  kind: "IPPool",
  create: async (site, name, last) => {
    const pools = [{ start: "10.0.0.10", end: `10.0.0.${last}` }];
    await site.create("pool", name, { spec: { namePrefix: name, pools, prefix: 24, gateway: "10.0.0.1" } });
  },
  full: /Metal3's controller refused IPAddressClaim \S+\/w: Exhausted IP Pools\. Check IPPool \S+\/net, then run /,
  waits: false,
};
const asked = (name: string) =>
  addressClaim(name, { poolRef: { apiGroup: METAL3.apiGroup, kind: "IPPool", name: "net" } });

describe("IPAddressClaims of a pool of Metal3", function () {
  const site = useSite(this);
  claimedAddresses(METAL3, site);

  it("do not get the addresses of reservations", async () => {
    const here = await site();
    const stack = here.stack();
    const reserved = [pool(), host("a", { address: "10.0.0.10" }), claim("v", { address: "10.0.0.11" })];
    await stack.up([...reserved, asked("w")]);
    assert.equal(stack.outputs("w").address, "10.0.0.12");
    assert.equal((await stack.preview([...reserved, asked("w")])).steps.at(-1), "same w");
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });

  it("get the address that a reservation of their kind keeps for them", async () => {
    const here = await site();
    const stack = here.stack();
    const reserved = [
      pool(),
      host("r", { host: undefined, claimName: "w", claimKind: "IPAddressClaim", address: "10.0.0.15" }),
    ];
    await stack.up(reserved);
    await known(here, ["w"]);
    await stack.up([...reserved, asked("w")]);
    assert.equal(stack.outputs("w").address, "10.0.0.15");
    assert.deepEqual((await stack.preview([...reserved, asked("w")])).steps, ["same net", "same r", "same w"]);
  });

  it("are refused if a live IPClaim or a reservation has the name", async () => {
    const here = await site();
    const stack = here.stack();
    const reserved = [pool(), host("a")];
    await stack.up(reserved);
    await startLife(here, "others");
    const refusal = (name: string, is: string) =>
      `${name}: name: Claim ${name} of IPPool ${here.namespace}/net is ${is}. Metal3 cannot tell an ` +
      "IPAddressClaim from an IPClaim of the same name. Choose another name, or delete it first.";
    await assert.rejects(stack.preview([...reserved, asked("others")]), {
      message: refusal("others", "already an IPClaim (not made by this provider)"),
    });
    await assert.rejects(stack.preview([...reserved, asked("a-net")]), {
      message: refusal("a-net", "already reserved for an IPClaim (stack metal/dev, resource a)"),
    });
    await endLife(here, "others");
    await stack.up([...reserved, asked("others")]);
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });
});
