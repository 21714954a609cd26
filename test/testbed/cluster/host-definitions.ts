import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cachedFolder } from "../cache";
import { goEnvironment } from "../go-build";
import { runOrFail } from "../run";

/** The CRDs of the objects that need reservations: hosts, and the network that CAPM3 renders for them. */
const sources = {
  "github.com/metal3-io/baremetal-operator": "config/base/crds/bases/metal3.io_baremetalhosts.yaml",
  "github.com/metal3-io/cluster-api-provider-metal3":
    "config/crd/bases/infrastructure.cluster.x-k8s.io_metal3datatemplates.yaml",
};

const module = join(dirname(__dirname), "tools", "metal3-hosts");

/** A folder with the CRDs, for `kubectl apply --server-side -f`. Builds nothing of their modules. */
export function hostDefinitions(): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(sources));
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(module, file)));
  return cachedFolder(`host-definitions-${hash.digest("hex").slice(0, 16)}`, async (folder) => {
    for (const [name, file] of Object.entries(sources)) {
      const download = ["mod", "download", "-json", name];
      const { stdout } = await runOrFail("go", download, { cwd: module, env: goEnvironment() });
      await copyFile(join(JSON.parse(stdout).Dir, file), join(folder, basename(file)));
    }
  });
}
