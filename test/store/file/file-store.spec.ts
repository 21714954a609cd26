import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../../provider/store/file/file-store";
import { describeStoreContract } from "../contract";
import { describeEmbeddedStore } from "../embedded-contract";
import { errno, openFolder, unsyncedFiles } from "./folder";

describeStoreContract("file store", () => openFolder());
describeEmbeddedStore("file store", () => openFolder());

// FAT, some FUSE and SMB mounts.
const withoutLinks = { ...unsyncedFiles, link: (from: string) => Promise.reject(errno("EPERM", from)) };
describeStoreContract("file store without hard links", () => openFolder(withoutLinks));

describe("file store", () => {
  it("is one target under all names of its folder, before and after the folder is made", async () => {
    const parent = await mkdtemp(join(tmpdir(), "metal3-ipam-target-"));
    await mkdir(join(parent, "real"));
    await symlink(join(parent, "real"), join(parent, "link"));
    const ids = () => ["real", "link"].map((name) => openFileStore(join(parent, name, "sub", "pools")).target.id);
    const [real, link] = ids();
    assert.equal(link, real);
    await mkdir(join(parent, "real", "sub", "pools"), { recursive: true });
    assert.deepEqual(ids(), [real, real]);
    await rm(parent, { recursive: true });
  });
});
