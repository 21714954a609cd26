/**
 * One process of a race: `racer <entrant as JSON>`. Checks and creates PreAllocations as one `pulumi up` does, all at
 * once, and reports the answer for each host.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { handlersOver, systemEnvironment } from "../../../provider/compose";
import { TOKEN_ANNOTATION } from "../../../provider/ipam/metal3/marks";
import { noPreviewMemory } from "../../../provider/ipam/pool/preview-memory";
import { pulumiDoor } from "../../../provider/pulumi/door";
import { openFileStore } from "../../../provider/store/file/file-store";
import { openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import type { Store } from "../../../provider/store/store";
import { openConnection } from "../../store/kubernetes/connected";
import { faultyFiles } from "./faulty-files";
import { overwriting } from "./overwriting";
import { WRITER_HEADER } from "./write-record";

export interface Entrant {
  /** A folder of manifests, or a kubeconfig's path. */
  readonly place: { readonly folder: string } | { readonly kubeconfig: string };
  readonly namespace: string;
  readonly index: number;
  /** A folder where each process announces itself, and waits for all others. So none ends before another begins. */
  readonly startLine: { readonly folder: string; readonly processes: number };
  readonly hosts: readonly string[];
  readonly placement: "byName" | "lowest";
  /** For a folder: the chance of each kind of system call fault, from 0 to 1. */
  readonly faults?: { readonly seed: number; readonly share: number };
  /** A store whose creates are not exclusive, to prove that a race finds it. */
  readonly overwrites?: boolean;
}

export interface Report {
  /** host → address. */
  readonly addresses: Readonly<Record<string, string>>;
  /** host → the time of its answer, in milliseconds since the epoch. */
  readonly at: Readonly<Record<string, number>>;
  /** host → its error. */
  readonly refused: Readonly<Record<string, string>>;
  /** The faults of each kind in the process's system calls. */
  readonly met: Readonly<Record<string, number>>;
}

const LOOK_MS = 10;
const MAX_LOOKS = 12_000;

async function storeOf({ place, index, overwrites }: Entrant, faulty: ReturnType<typeof faultyFiles> | undefined) {
  const open = async (): Promise<Store> => {
    if ("folder" in place) return openFileStore(place.folder, faulty && { files: faulty.files });
    const connection = await openConnection({ path: place.kubeconfig, env: {} });
    const headers = { ...connection.headers, [WRITER_HEADER]: String(index) };
    return openKubernetesStore({ ...connection, headers }, { uniqueAnnotation: TOKEN_ANNOTATION });
  };
  return overwrites ? overwriting(await open()) : open();
}

async function stepUp({ startLine: { folder, processes }, index }: Entrant): Promise<void> {
  await writeFile(join(folder, String(index)), "");
  for (let looks = 0; (await readdir(folder)).length < processes; looks++) {
    if (looks > MAX_LOOKS) throw new Error("others did not come to the start line");
    await setTimeout(LOOK_MS);
  }
}

async function reserve(entrant: Entrant): Promise<Report> {
  const { namespace, index, hosts, placement, faults } = entrant;
  const faulty = faults && faultyFiles(faults.seed + index, faults.share);
  const store = await storeOf(entrant, faulty);
  // There was no preview.
  const environment = { ...systemEnvironment(store.target, pulumiDoor), previews: noPreviewMemory, others: undefined };
  const { preAllocation } = handlersOver(store, environment, namespace);
  await stepUp(entrant);
  const addresses: Record<string, string> = {};
  const at: Record<string, number> = {};
  const refused: Record<string, string> = {};
  await Promise.all(
    hosts.map(async (host) => {
      const owner = { stack: `metal/dev-${index}`, resource: host };
      try {
        const checked = await preAllocation.check({ owner, olds: undefined, news: { pool: "net", host, placement } });
        if (checked.failures.length > 0) throw new Error(checked.failures.map(({ reason }) => reason).join("; "));
        const { outputs } = await preAllocation.create({ owner, inputs: checked.inputs });
        addresses[host] = String(outputs.address);
        at[host] = Date.now();
      } catch (error) {
        refused[host] = (error as Error).message;
      }
    }),
  );
  return { addresses, at, refused, met: faulty?.met() ?? {} };
}

void reserve(JSON.parse(process.argv[2] ?? "{}")).then((report) => {
  process.send!(report, () => process.exit());
});
