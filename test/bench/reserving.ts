/**
 * One process that reserves hosts with our handlers: `reserving <entrant as JSON>`. It checks and creates all its
 * PreAllocations at once, as one update does.
 */
import { TOKEN_ANNOTATION } from "../../provider/ipam/metal3/marks";
import { pulumiWords } from "../../provider/pulumi/vocabulary";
import { openFileStore } from "../../provider/store/file/file-store";
import { openConnection } from "../../provider/store/kubernetes/connection";
import { openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import type { Store } from "../../provider/store/store";
import { countedWrites } from "./counted-writes";
import { handlersFor, made, ownerOf } from "./reserved-hosts";
import { stepUp } from "./start-line";
import type { Entrant, Report } from "./writers";

async function storeOf({ place }: Entrant): Promise<Store> {
  if ("folder" in place) return openFileStore(place.folder);
  const connection = await openConnection({ path: place.kubeconfig, env: {}, words: pulumiWords });
  return openKubernetesStore(connection, { uniqueAnnotation: TOKEN_ANNOTATION });
}

async function reserve(entrant: Entrant): Promise<Report> {
  const { namespace, pool, index, hosts, placement, startLine } = entrant;
  const { store, writes } = countedWrites(await storeOf(entrant));
  const { preAllocation } = handlersFor(store, namespace);
  await stepUp(startLine, index);
  const beganAt = Date.now();
  const outputs = await Promise.all(
    hosts.map((host) => made(preAllocation, ownerOf(host, `metal/dev-${index}`), { pool, host, placement })),
  );
  return { addresses: outputs.map(({ address }) => String(address)), beganAt, endedAt: Date.now(), writes };
}

void reserve(JSON.parse(process.argv[2] ?? "{}")).then((report) => {
  process.send!(report, () => process.exit());
});
