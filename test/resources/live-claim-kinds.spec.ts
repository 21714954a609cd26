/** Changes of the claim kind beside live claims. */
import assert from "node:assert/strict";
import { IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import type { ClaimKind } from "../../provider/api/claim";
import { IP_ADDRESS, IP_CLAIM } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { held, hosts, hostsClaim, pool } from "./declare";
import { CAPI, IPADDRESSCLAIMS, IPCLAIMS, LOCK, makeIPAddressClaim, NOTHING, objects, vip } from "./ip-address-claims";
import { justBefore, stranger, upMeddled } from "./meddling";
import { lastDeletingStack } from "./program";
import { openServedStore } from "./served-store";

const VIP = { namespace: "metal3", name: "vip" };

async function startClaim(store: Store, kind: ClaimKind): Promise<unknown> {
  if (kind === "IPAddressClaim") return makeIPAddressClaim(store, LOCK.name);
  return store.create(IP_CLAIM, { ...hostsClaim("vip"), ...{ status: { address: { name: LOCK.name } } } });
}

const WAYS = [
  { from: "IPClaim", to: "IPAddressClaim", before: IPCLAIMS, kind: IP_CLAIM },
  { from: "IPAddressClaim", to: "IPClaim", before: IPADDRESSCLAIMS, kind: IP_ADDRESS_CLAIM },
] as const;

describe("a change of the claim kind", () => {
  for (const { from, to, before, kind } of WAYS) {
    for (const verb of ["create", "remove"]) {
      it(`to ${to} is undone if a claim of the former kind appears before the first ${verb}`, async () => {
        const store = openServedStore();
        const stack = lastDeletingStack(store);
        const program = [pool(), vip({ claimKind: from })];
        await stack.up(program);
        const meddle = justBefore(verb, "ipaddresses", () => startClaim(store, from));
        const error = await upMeddled(stack, [pool(), vip({ claimKind: to })], meddle);
        assert.equal(
          (error as Error | undefined)?.message,
          `${from} metal3/vip uses IPPool metal3/net, so the name cannot be reserved for an ${to}. Metal3 cannot tell the two ` +
            `apart. Choose another name, or delete the ${from} first.`,
        );
        assert.deepEqual(await objects(store), before);
        assert.deepEqual((await stack.preview(program)).steps, ["same net", "same vip"]);
        await store.remove(kind, VIP);
        await stack.up([pool(), vip({ claimKind: to })]);
        await stack.destroy();
        assert.deepEqual(await objects(store), NOTHING);
      });
    }

    it(`to ${to} with another name at the same address is refused in the preview while the former claim is alive`, async () => {
      const store = openServedStore();
      const stack = lastDeletingStack(store);
      await stack.up([pool(), vip({ claimKind: from })]);
      await startClaim(store, from);
      const program = [pool(), vip({ claimKind: to, claimName: "wip" })];
      await assert.rejects(stack.preview(program), {
        message:
          `vip: address: 10.0.0.12 of IPPool metal3/net is used by claim vip, whose ${from} is alive. Delete ${from} vip first, ` +
          "or choose a free address.",
      });
      await store.remove(kind, VIP);
      // The claim comes back after the preview.
      const error = await upMeddled(
        stack,
        program,
        justBefore("remove", "ipaddresses", () => startClaim(store, from)),
      );
      assert.match(
        String(error),
        /10\.0\.0\.12 of IPPool metal3\/net is used by claim vip, whose IP(Address)?Claim is alive/,
      );
      assert.deepEqual(await objects(store), before);
      await store.remove(kind, VIP);
      await stack.up(program);
      assert.deepEqual((await held(store)).entries, { wip: "10.0.0.12" });
      await stack.destroy();
      assert.deepEqual(await objects(store), NOTHING);
    });
  }
});

describe("a reservation for an IPAddressClaim", () => {
  it("is undone if an IPClaim of its name appears before it is complete", async () => {
    const store = openServedStore();
    const stack = lastDeletingStack(store);
    await stack.up([pool()]);
    const program = [pool(), vip()];
    const error = await upMeddled(
      stack,
      program,
      justBefore("patch", "ippools", () => store.create(IP_CLAIM, hostsClaim("vip"))),
    );
    assert.match(
      String(error),
      /^IpamError: IPClaim metal3\/vip uses IPPool metal3\/net, so the name cannot be reserved /,
    );
    assert.deepEqual((await held(store)).entries, {});
    assert.deepEqual(await objects(store), NOTHING);
  });
});

describe("a reservation that is undone", () => {
  for (const claimKind of ["IPClaim", "IPAddressClaim"] as const) {
    it(`leaves its object to an ${claimKind} that has appeared meanwhile`, async () => {
      const store = openServedStore();
      const stack = lastDeletingStack(store);
      await stack.up([pool()]);
      const pins = { vip: "10.0.0.12", other: "10.0.0.13" };
      const set = hosts([], { hosts: undefined, claimNames: ["vip", "other"], pins, claimKind });
      const error = await upMeddled(stack, [pool(), set], async (verb, _plural, write) => {
        if (write === 1) await stranger(store, "10.0.0.13", "stranger");
        const isLive = await store.get(claimKind === "IPClaim" ? IP_CLAIM : IP_ADDRESS_CLAIM, VIP);
        if (verb === "remove" && !isLive && (await objects(store)).capi[LOCK.name]) await startClaim(store, claimKind);
      });
      assert.match(String(error), /10\.0\.0\.13 of IPPool metal3\/net is held by claim stranger/);
      const { metal3, capi } = await objects(store);
      assert.deepEqual({ ...metal3, ...capi }, { [LOCK.name]: "vip", "net-10-0-0-13": "stranger" });
      assert.deepEqual((await held(store)).entries, {});
    });
  }
});

describe("a message about a live IPAddressClaim", () => {
  it("names its kind, and the group of the object that is gone", async () => {
    const store = openServedStore();
    const stack = lastDeletingStack(store);
    await stack.up([pool(), vip()]);
    await store.remove(IP_ADDRESS, LOCK);
    assert.deepEqual((await stack.preview([pool(), vip()])).drift, [
      "Claim vip: the IPAddress of 10.0.0.12 in ipam.metal3.io does not exist",
    ]);
    await stack.up([pool(), vip()]);
    await makeIPAddressClaim(store, LOCK.name);
    const other = { ...vip({ ...CAPI, claimName: "wip" }), as: "other" };
    assert.deepEqual((await stack.preview([pool(), vip({ ...CAPI, claimName: "wip", address: undefined })])).warnings, [
      "Claim vip still uses 10.0.0.12 of IPPool metal3/net. The address stays reserved until its IPAddressClaim is deleted.",
    ]);
    await assert.rejects(stack.preview([pool(), other]), {
      message:
        "other: address: 10.0.0.12 of IPPool metal3/net is used by claim vip, whose IPAddressClaim is alive. Delete " +
        "IPAddressClaim vip first, or choose a free address.",
    });
    await assert.rejects(
      stack.preview([pool(), vip({ ...CAPI, address: "10.0.0.15" })]),
      /Delete IPAddressClaim vip first/,
    );
    await assert.rejects(
      stack.destroy(),
      /The IPAddressClaim of claim vip is still alive\. Delete IPAddressClaim vip first\./,
    );
  });
});
