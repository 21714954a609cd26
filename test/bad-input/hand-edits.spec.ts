/** Badly edited manifests: each check names the file or field, and nothing is overwritten. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Handlers } from "../../provider/compose";
import type { Properties } from "../../provider/resources/handler";
import { MALFORMED_MANIFESTS } from "../store/file/malformed-manifests";
import rows from "./data/hand-edits.json";
import { assertOneLine, assertReadable, openWorld, snapshot } from "./world";

const FILES: Record<string, string> = {
  pool: "metal3/ippools/net.yaml",
  lock: "metal3/ipaddresses/net-10-0-0-12.yaml",
  claim: "metal3/ipclaims/vip.yaml",
};
const POOL = { name: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24, adopt: true };
const VIP = { pool: "net", name: "vip" };
type Check = [kind: keyof Handlers, news: Properties, olds?: Properties];

/** The resources that read the manifest: all of the pool, and for the claim the one that has declared it. */
const MEET: Record<string, readonly Check[]> = {
  pool: [
    ["preAllocation", { pool: "net", host: "a" }],
    ["preAllocationSet", { pool: "net", hosts: ["a"] }],
    ["ipPool", POOL],
    ["ipClaim", { pool: "net", name: "a" }],
  ],
  lock: [
    ["preAllocation", { pool: "net", host: "a" }],
    ["ipPool", POOL],
  ],
  claim: [["ipClaim", VIP, { ...VIP, namespace: "metal3", address: "10.0.0.13" }]],
};

/** `spec.pools.0.start` → value; `{"$absent": true}` takes the field away. */
function edited(manifest: string, set: object): string {
  const object = parse(manifest);
  for (const [path, value] of Object.entries(set)) {
    const steps = path.split(".");
    const last = steps.pop()!;
    let place = object;
    for (const step of steps) place = place[step] ??= {};
    if (value?.$absent) delete place[last];
    else place[last] = value;
  }
  return stringify(object);
}

describe("badly edited manifests", () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  /** Puts the text in the manifest's place, and returns the error of each check. */
  async function thrown(of: string, text: (good: string) => string | Uint8Array): Promise<Error[]> {
    const path = join(world.directory, FILES[of]!);
    const good = readFileSync(path, "utf8");
    writeFileSync(path, text(good));
    const untouched = snapshot(world.directory);
    const errors: Error[] = [];
    for (const check of MEET[of]!) await world.check(...check).catch((error: Error) => errors.push(error));
    assert.deepEqual(snapshot(world.directory), untouched, "something was written");
    writeFileSync(path, good);
    assert.equal(errors.length, MEET[of]!.length, "a check passed");
    return errors;
  }

  for (const { what, of, set, says } of rows) {
    it(`${of}: ${what}`, async () => {
      for (const error of await thrown(of, (good) => edited(good, set))) {
        assert.equal(`${error.name}: ${error.message}`.replaceAll(world.directory, "FOLDER"), says);
        assertReadable(error.message);
      }
    });
  }

  // The store's tests cover the messages. These test that each check reports them.
  for (const { what, text } of MALFORMED_MANIFESTS) {
    for (const of of Object.keys(FILES)) {
      it(`${of}: ${what} in place of the YAML`, async () => {
        for (const error of await thrown(of, () => text)) {
          assert.equal(error.name, "StoreError");
          assert.match(
            error.message,
            new RegExp(`: ${FILES[of]} in .* is not valid\\. .* Correct the file\\. Nothing was overwritten\\.$`),
          );
          assertOneLine(error.message);
        }
      });
    }
  }
});
