/** The disk in memory must behave like a real one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../../provider/store/file/file-store";
import { errnoOf, type FileSystem, nodeFileSystem } from "../../../provider/store/file/file-system";
import { describeStoreContract } from "../../store/contract";
import { describeEmbeddedStore } from "../../store/embedded-contract";
import { errno } from "../../store/file/folder";
import { count, randomFrom, seed } from "../scale";
import { Disk } from "./disk";
import { powerLosses } from "./power-loss";

const opened = async (over: (files: FileSystem) => FileSystem = (files) => files) => ({
  store: openFileStore("/pools/prod", { files: over(new Disk().files) }),
  close: async () => undefined,
});
describeStoreContract("file store on the simulated disk", () => opened());
describeEmbeddedStore("file store on the simulated disk", () => opened());
const linkless = (files: FileSystem) => ({ ...files, link: (from: string) => Promise.reject(errno("EPERM", from)) });
describeStoreContract("file store on the simulated disk, without hard links", () => opened(linkless));

describe("the simulated disk", () => {
  const calls = count(4_000, 40_000);
  it(`answers ${calls} calls like a real one (SEED=${seed})`, async () => {
    const real = mkdtempSync(join(tmpdir(), "disk-"));
    const disk = Disk.copyOf(real);
    const random = randomFrom(seed);
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
    const path = () => join(real, ...Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(["a", "b", "c"])));
    const makes: readonly ((files: FileSystem, one: string, other: string) => Promise<unknown>)[] = [
      async (files, one) => (await files.readDirectory(one)).sort(),
      async (files, one) => (await files.readFile(one, 1_000)).bytes.toString(),
      (files, one, other) => files.createFile(one, other),
      (files, one, other) => files.createFile(other, one),
      (files, one) => files.syncFile(one),
      (files, one) => files.syncDirectory(one),
      (files, one, other) => files.link(one, other),
      (files, one, other) => files.rename(one, other),
      (files, one) => files.removeFile(one),
      (files, one) => files.makeDirectory(one),
      (files, one) => files.makeDirectory(one),
      (files, one) => files.removeDirectory(one),
      (files, one) => files.checkWritable(one),
    ];
    const said = (call: Promise<unknown>) => call.catch((error: unknown) => errnoOf(error) ?? String(error));
    const words = new Set<unknown>();
    try {
      for (let call = 1; call <= calls; call++) {
        const [make, one, other] = [pick(makes), path(), path()];
        if (other.startsWith(`${one}/`) || one.startsWith(`${other}/`)) continue; // a folder into itself
        const answer = await said(make(nodeFileSystem, one, other));
        words.add(answer);
        assert.deepEqual(await said(make(disk.files, one, other)), answer, `call ${call}: ${make} ${one} ${other}`);
      }
      assert.deepEqual(disk.tree(), Disk.copyOf(real).tree());
      for (const word of ["ENOENT", "EEXIST", "ENOTDIR", "EISDIR", "ENOTEMPTY", "EACCES"]) {
        assert.ok(words.has(word), `${word} never came`);
      }
    } finally {
      rmSync(real, { recursive: true });
    }
  });

  it("forgets what was not synced, in every combination", async () => {
    const disk = new Disk();
    const { files } = disk;
    await files.makeDirectory("/d");
    await files.syncDirectory("/");
    await files.createFile("/d/a", "abcd");
    const left = ({ disks }: { disks: readonly Disk[] }) => disks.map((each) => Object.entries(each.tree()).slice(2));
    const losses = powerLosses(disk, 100, Math.random);
    const forms = ["abcd", "", "ab", "ab\0\0"].map((content) => [["/d/a", content]]);
    assert.deepEqual([left(losses), losses.all], [[...forms, []], true]);
    await files.syncFile("/d/a");
    assert.deepEqual(left(powerLosses(disk, 100, Math.random)), [[["/d/a", "abcd"]], []]);
    await files.syncDirectory("/d");
    await files.rename("/d/a", "/d/b");
    const [a, b] = [
      ["/d/a", "abcd"],
      ["/d/b", "abcd"],
    ];
    assert.deepEqual(
      new Set(left(powerLosses(disk, 100, Math.random)).map(String)),
      new Set([[b], [], [a, b], [a]].map(String)),
    );
    await files.syncDirectory("/d");
    assert.deepEqual(left(powerLosses(disk, 100, Math.random)), [[b]]);
  });

  it("shows the newest, the oldest and others of too many combinations", async () => {
    const disk = new Disk();
    for (let name = 0; name < 20; name++) await disk.files.createFile(`/${name}`, "x");
    const { disks, all } = powerLosses(disk, 50, randomFrom(seed));
    const sizes = disks.map((each) => Object.keys(each.tree()).length - 1);
    assert.deepEqual([all, disks.length, sizes[0], sizes[1]], [false, 50, 20, 0]);
    assert.ok(new Set(sizes).size > 5, `${sizes}`);
  });
});
