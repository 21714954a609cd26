/** Owners that are gone: the garbage collector would delete a new claim at once. */
import assert from "node:assert/strict";
import { IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import type { Kind } from "../../provider/api/kinds";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { openProvider, type Provider } from "./capi-provider";
import { addressClaim, claim, pool } from "./declare";
import { type Declared, Stack } from "./program";

const MACHINE: Kind = {
  group: "cluster.x-k8s.io",
  version: "v1beta2",
  kind: "Machine",
  plural: "machines",
  namespaced: true,
};
const key = { namespace: "metal3", name: "cp-0" };

const rows: readonly [what: string, kind: Kind, of: (ownerReferences: object[]) => Declared][] = [
  ["IPClaim", IP_CLAIM, (ownerReferences) => claim("v", { ownerReferences })],
  ["IPAddressClaim", IP_ADDRESS_CLAIM, (ownerReferences) => addressClaim("v", { ownerReferences })],
];

for (const [what, kind, of] of rows) {
  describe(`an owner of an ${what}`, () => {
    let provider: Provider;
    let stack: Stack;
    let uid: string;
    const program = (...owners: object[]) => [pool(), of(owners)];
    const machine = (changes: object = {}) => ({
      apiVersion: "cluster.x-k8s.io/v1beta2",
      kind: "Machine",
      name: "cp-0",
      uid,
      ...changes,
    });
    const start = async () => {
      const made = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Machine", metadata: key };
      uid = (await provider.store.create(MACHINE, made)).metadata.uid;
    };
    const gone = (name = "cp-0", index = 0) =>
      `ownerReferences[${index}]: Machine ${name} (uid ${uid}) is gone. Kubernetes deletes a claim when its last owner is ` +
      "gone. Remove the claim, or name another owner.";
    beforeEach(async () => {
      provider = openProvider();
      provider.kinds.set("Machine", MACHINE);
      stack = new Stack(provider.store);
      await start();
    });

    it("that exists is accepted", async () => {
      await stack.up(program(machine()));
      assert.deepEqual((await stack.preview(program(machine()))).warnings, []);
    });

    it("that is gone refuses a new claim, each by its place", async () => {
      const message = `v: ${gone("cp-9", 1)}`;
      await assert.rejects(stack.preview(program(machine(), machine({ name: "cp-9" }))), { message });
    });

    it("whose name another object has now is gone", async () => {
      const before = machine();
      await provider.store.remove(MACHINE, key);
      const made = uid;
      await start();
      uid = made;
      await assert.rejects(stack.preview(program(before)), { message: `v: ${gone()}` });
    });

    it("that ended is a warning while the claim exists, and refuses to make it again", async () => {
      await stack.up(program(machine()));
      await provider.store.remove(MACHINE, key);
      const { warnings, steps } = await stack.preview(program(machine()));
      assert.deepEqual(warnings, [`${what} metal3/v ${gone()}`]);
      assert.deepEqual(steps, ["same net", "same v"]);
      assert.deepEqual(await stack.up(program(machine())), ["same net", "same v"]);
      // Another owner that is gone is new.
      await assert.rejects(stack.preview(program(machine(), machine({ uid: "u" }))), {
        message: /^v: ownerReferences\[1\]: Machine cp-0 \(uid u\) is gone\./,
      });
      await provider.store.remove(kind, { namespace: "metal3", name: "v" });
      await assert.rejects(stack.preview(program(machine())), { message: `v: ${gone()}` });
    });

    it("is not looked for where that is not possible", async () => {
      await provider.store.remove(MACHINE, key);
      provider.forbidden.add("Machine");
      await stack.preview(program(machine()));
      provider.kinds.clear();
      await stack.preview(program(machine()));
    });
  });
}

it("an owner of an IPClaim in a folder is not looked for", async () => {
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "m", uid: "u" };
  await new Stack(openMemoryStore()).up([pool(), claim("v", { ownerReferences: [owner] })]);
});
