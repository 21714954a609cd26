import assert from "node:assert/strict";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { openFileStore } from "../../../provider/store/file/file-store";
import type { FileSystem } from "../../../provider/store/file/file-system";
import { Disk } from "../../trust/crash-points/disk";
import { poolManifest } from "../manifests";

describe("file store: a folder that another writer has just made", () => {
  it("is synced before a version relies on it", async () => {
    const disk = new Disk();
    // Both write into the same new folder; the first gets no further than making it.
    let made: () => void = () => undefined;
    const there = new Promise<void>((resolve) => {
      made = resolve;
    });
    const stopping: FileSystem = {
      ...disk.files,
      makeDirectory: async (path) => {
        await disk.files.makeDirectory(path);
        if (!path.endsWith("/default/ippools")) return;
        made();
        await new Promise(() => undefined);
      },
    };
    void openFileStore("/pools", { files: stopping }).create(IP_POOL, poolManifest("first"));
    await there;
    await openFileStore("/pools", { files: disk.files }).create(IP_POOL, poolManifest("second"));

    // The folder of manifests as it was safe, the folder of versions as it was seen: the mark says that it was published.
    const names: string[] = [];
    for (const older of ["/default", "/default/ippools"]) {
      const survivor = disk.afterPowerLoss((options, path) => (path.startsWith(`/pools${older}`) ? options - 1 : 0));
      const found = await openFileStore("/pools", { files: survivor.files }).list(IP_POOL);
      names.push(...found.map(({ metadata }) => metadata.name));
    }
    assert.deepEqual(names, ["second", "second"]);
  });
});
