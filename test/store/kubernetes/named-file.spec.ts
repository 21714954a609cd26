import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import { openConnection } from "./connected";
import { kubeconfigFor } from "./opened";
import { poolKey, poolKind } from "./scripted-store";

/** Files that a kubeconfig's path, or a path in it, may name by mistake. An earlier version would have read each for ever. */
describe("a file that configuration names", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "named-file-"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    writeFileSync(join(folder, "huge"), "");
    truncateSync(join(folder, "huge"), 3 * 1024 ** 3);
    symlinkSync("/dev/zero", join(folder, "link"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const rows: [what: string, name: string, why: string][] = [
    ["a pipe that nobody writes into", "pipe", "it is a pipe or a device, not a file"],
    ["a device without an end", "/dev/zero", "it is a pipe or a device, not a file"],
    ["a link to one", "link", "it is a pipe or a device, not a file"],
    ["gigabytes", "huge", "it has more than 4194304 bytes"],
    ["a folder", ".", "EISDIR"],
  ];
  for (const [what, name, why] of rows) {
    it(`that is ${what}: an error at once`, async () => {
      const file = join(name.startsWith("/") ? "" : folder, name);
      const config = (user: object, cluster: object = {}) => {
        const path = join(folder, "config");
        writeFileSync(path, kubeconfigFor("https://127.0.0.1:1", user, cluster));
        return { path, env: {} };
      };
      await assert.rejects(openConnection({ path: file, env: {} }), {
        message: `Kubeconfig ${file} cannot be read (${why}).`,
      });
      await assert.rejects(openConnection({ env: { KUBECONFIG: file } }), {
        message: `Kubeconfig ${file} cannot be read (${why}).`,
      });
      await assert.rejects(openConnection(config({}, { "certificate-authority": file })), {
        message: `certificate-authority of cluster bed names ${file}, which cannot be read (${why}).`,
      });
      await assert.rejects(openConnection(config({ "client-certificate": file, "client-key": file })), {
        message: `client-certificate of user tester names ${file}, which cannot be read (${why}).`,
      });
      const store = openKubernetesStore(await openConnection(config({ tokenFile: file })));
      await assert.rejects(store.get(poolKind, poolKey), {
        message: `Cannot get IPPool default/pool1 on 127.0.0.1:1: the token file ${file} cannot be read (${why}).`,
      });
      await store.close();
    });
  }
});
