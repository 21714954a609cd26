/**
 * One process of first-answer.ts: `answering ours|parse <kubeconfig> <namespace> <pool>`. It reports the time of its first
 * answer, or of the transfer and JSON.parse of the same pages. Its code is loaded before.
 */
import { Agent, request } from "undici";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { pulumiWords } from "../../provider/pulumi/vocabulary";
import { openConnection } from "../../provider/store/kubernetes/connection";
import { openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { collectionPath } from "../../provider/store/kubernetes/paths";
import { checkedInputs, handlersFor, ownerOf } from "./reserved-hosts";

export interface Answered {
  readonly tookMs: number;
  /** Of objects that were transferred. Absent for ours. */
  readonly objects?: number;
}

const PAGE_SIZE = 500;

const [side, path = "", namespace = "", pool = ""] = process.argv.slice(2);

async function ours(): Promise<void> {
  const store = openKubernetesStore(await openConnection({ path, env: {}, words: pulumiWords }));
  await checkedInputs(handlersFor(store, namespace).preAllocation, ownerOf("one-more"), { pool, host: "one-more" });
}

/** The pages of all kinds at once, as far as one page does not need the one before. */
async function parse(): Promise<number> {
  const { server, tls, credentials } = await openConnection({ path, env: {}, words: pulumiWords });
  const { client, headers } = await credentials.current();
  const { ca, rejectUnauthorized } = tls;
  const { cert = tls.cert, key = tls.key } = client ?? {};
  const dispatcher = new Agent({ connect: { ca, rejectUnauthorized, cert, key } });
  const lists = [IP_POOL, IP_ADDRESS, IP_CLAIM].map(async (kind) => {
    const items: unknown[] = [];
    let next: string | undefined;
    do {
      const query = { limit: PAGE_SIZE, continue: next };
      const url = server.href.replace(/\/$/, "") + collectionPath(kind, namespace, query);
      const { body } = await request(url, { dispatcher, headers });
      const page = JSON.parse(await body.text()) as { items: unknown[]; metadata: { continue?: string } };
      items.push(...page.items);
      next = page.metadata.continue || undefined;
    } while (next !== undefined);
    return items;
  });
  return (await Promise.all(lists)).flat().length;
}

async function answer(): Promise<Answered> {
  const began = performance.now();
  const objects = side === "ours" ? await ours().then(() => undefined) : await parse();
  const tookMs = performance.now() - began;
  return objects === undefined ? { tookMs } : { tookMs, objects };
}

void answer().then((answered) => {
  process.send!(answered, () => process.exit());
});
