/**
 * A process that updates a stack to a program, and is killed on the way: `killed <run as JSON>`. It keeps the stack's state
 * as Pulumi does, after each resource, in a file that the next process finds.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { handlersOver, systemEnvironment } from "../../../provider/compose";
import { noPreviewMemory } from "../../../provider/ipam/pool/preview-memory";
import { pulumiDoor } from "../../../provider/pulumi/door";
import { openFileStore } from "../../../provider/store/file/file-store";
import { openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import type { Store } from "../../../provider/store/store";
import { type Declared, Stack } from "../../resources/program";
import { fatedFiles } from "../../store/file/stopping-files";
import { openConnection } from "../../store/kubernetes/connected";
import { useSavedState } from "./saved-state";

export interface Run {
  readonly place: { readonly folder: string } | { readonly kubeconfig: string };
  readonly namespace: string;
  /** Folder of the stack's state, and of the process's id. */
  readonly home: string;
  readonly program: readonly Declared[];
  /** Whether each resource is read before its check, as with the plugin. */
  readonly reads: boolean;
  /** In a folder: the process is killed before this write (system calls, and writes of state). */
  readonly killBefore?: number | undefined;
}

export interface Report {
  /** The number of writes of a complete run. */
  readonly writes: number;
  readonly steps: readonly string[];
}

const READS = new Set(["readDirectory", "readFolder", "readFile", "checkWritable"]);

async function bring({ place, namespace, home, program, reads, killBefore }: Run): Promise<Report> {
  writeFileSync(join(home, "pid"), String(process.pid));
  let writes = 0;
  const write = () => {
    if (++writes === killBefore) process.kill(process.pid, "SIGKILL");
  };
  const { files } = fatedFiles((_call, name) => {
    if (!READS.has(name)) write();
    return undefined;
  });
  const store: Store =
    "folder" in place
      ? openFileStore(place.folder, { files })
      : openKubernetesStore(await openConnection({ path: place.kubeconfig, env: {} }), {
          uniqueAnnotation: "pulumi-metal3-ipam/token",
        });
  // Previews do not matter here. The tests with whole `pulumi up`s remember them.
  const environment = { ...systemEnvironment(store.target, pulumiDoor), previews: noPreviewMemory, others: undefined };
  const stack = new Stack(store, "metal/dev", environment, namespace, { reads, open: handlersOver });
  useSavedState(stack, home, write);
  return { steps: await stack.update(program), writes };
}

void bring(JSON.parse(process.argv[2] ?? "")).then((report) => {
  process.send!(report, () => process.exit());
});
