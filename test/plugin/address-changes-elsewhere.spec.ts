/** The addresses that a command changes, if its resources belong to several providers: one text for all. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AddressChanges } from "../../provider/plugin/address-changes";
import { RunNotes } from "../../provider/pulumi/run-notes";
import type { Properties } from "../../provider/resources/handler";

const plain = { hide: (text: string) => text, hideAddress: (text: string) => text };
const held = ({ address }: Properties) =>
  address === undefined ? [] : [{ pool: "metal3/net", claim: "a-net", label: "a", address: String(address) }];
const at = (address: string, id = "file:/here") => ({ address, target: { id } });

describe("the addresses that a command of several providers changes", () => {
  let folder: string;
  let alive: number[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "metal3-ipam-changes-"));
    alive = [1, 2, 3];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (pid: number) =>
    new AddressChanges(new RunNotes(folder, "command", { pid, isAlive: (one) => alive.includes(one) }));

  /** One process loses the claim, and the other one gains it. The engine ends them one after another. */
  function told(before: Properties, after: Properties): (string | undefined)[] {
    const [loser, gainer] = [open(1), open(2)];
    loser.note(held, { before }, plain);
    gainer.note(held, { after }, plain);
    alive = [2];
    return [loser.text(), gainer.text()];
  }

  it("are none if a claim goes to another provider with its address", () => {
    assert.deepEqual(told(at("10.0.0.4"), at("10.0.0.4")), [undefined, undefined]);
  });

  it("are shown once, old and new, if it gets another address there", () => {
    const change = "addresses that change:\n  ~ a of metal3/net: 10.0.0.4 => 10.0.0.5";
    assert.deepEqual(told(at("10.0.0.4"), at("10.0.0.5")), [change, undefined]);
  });

  it("are none if a resource goes to another backend with its address", () => {
    const changes = open(1);
    changes.note(held, { before: at("10.0.0.4"), after: at("10.0.0.4", "file:/there") }, plain);
    assert.equal(changes.text(), undefined);
    changes.note(held, { before: at("10.0.0.4"), after: at("10.0.0.5", "file:/there") }, plain);
    const lines = changes.text()?.split("\n").sort();
    assert.deepEqual(lines, [
      "  + a of metal3/net: 10.0.0.5",
      "  - a of metal3/net: 10.0.0.4",
      "addresses that change:",
    ]);
  });

  it("are two if another backend has a claim of that name", () => {
    const both = "addresses that change:\n  - a of metal3/net: 10.0.0.4\n  + a of metal3/net: 10.0.0.4";
    const [first = "", second] = told(at("10.0.0.4"), at("10.0.0.4", "file:/there"));
    assert.deepEqual([first.split("\n").sort(), second], [both.split("\n").sort(), undefined]);
  });

  it("are not those of the preview before", () => {
    open(3).note(held, { after: at("10.0.0.4") }, plain);
    alive = [1];
    const update = open(1);
    assert.equal(update.text(), undefined);
    update.note(held, { after: at("10.0.0.4") }, plain);
    assert.equal(update.text(), "new addresses:\n  + a of metal3/net: 10.0.0.4");
  });

  it("are shown by a process that has started after the first one", () => {
    open(1).note(held, { before: at("10.0.0.4") }, plain);
    const late = open(2);
    late.note(held, { after: at("10.0.0.4") }, plain);
    assert.equal(late.text(), undefined);
  });
});
