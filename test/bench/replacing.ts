/**
 * One process of the loop that many programs write: `replacing <entrant as JSON>`. For each host it gets the pool, computes the
 * lowest free address, and replaces the pool with its resourceVersion. After a 409 it begins again. All its hosts are reserved
 * at once, as an engine creates its resources.
 */
import { setTimeout } from "node:timers/promises";
import { Agent, request } from "undici";
import { pulumiWords } from "../../provider/pulumi/vocabulary";
import { openConnection } from "../../provider/store/kubernetes/connection";
import { stepUp } from "./start-line";
import type { Entrant, Report } from "./writers";

/** client-go's retry.DefaultRetry waits 10 ms, with a tenth more at random. It gives up after five tries, and this does not. */
const WAIT_MS = 10;
const JITTER = 0.1;

interface Pool {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: { preAllocations?: Record<string, string> };
}

type Send = (method: "GET" | "PUT", body?: string) => Promise<{ readonly status: number; readonly body: string }>;

async function sender({ place, namespace, pool }: Entrant): Promise<Send> {
  const path = "kubeconfig" in place ? place.kubeconfig : "";
  const { server, tls, credentials } = await openConnection({ path, env: {}, words: pulumiWords });
  const { client, headers } = await credentials.current();
  const { ca, rejectUnauthorized } = tls;
  const { cert = tls.cert, key = tls.key } = client ?? {};
  const dispatcher = new Agent({ connect: { ca, rejectUnauthorized, cert, key } });
  const url = `${server.href.replace(/\/$/, "")}/apis/ipam.metal3.io/v1alpha1/namespaces/${namespace}/ippools/${pool}`;
  return async (method, body = undefined) => {
    const sent = { ...headers, "content-type": "application/json" };
    const answer = await request(url, { dispatcher, method, body: body ?? null, headers: sent });
    return { status: answer.statusCode, body: await answer.body.text() };
  };
}

async function reserveOne(send: Send, claim: string): Promise<string> {
  for (;;) {
    const pool = JSON.parse((await send("GET")).body) as Pool;
    const address = lowestFree(new Set(Object.values(pool.spec.preAllocations ?? {})));
    pool.spec.preAllocations = { ...pool.spec.preAllocations, [claim]: address };
    const { status, body } = await send("PUT", JSON.stringify(pool));
    if (status === 200) return address;
    if (status !== 409) throw new Error(`${status}: ${body}`);
    await setTimeout(WAIT_MS * (1 + JITTER * Math.random()));
  }
}

/** Of 10.0.0.0/8, which is the pool of the bench. */
function lowestFree(held: ReadonlySet<string>): string {
  for (let value = 1; ; value++) {
    const address = `10.${value >> 16}.${(value >> 8) & 255}.${value & 255}`;
    if (!held.has(address)) return address;
  }
}

async function reserve(entrant: Entrant): Promise<Report> {
  const send = await sender(entrant);
  await stepUp(entrant.startLine, entrant.index);
  const beganAt = Date.now();
  const addresses = await Promise.all(entrant.hosts.map((host) => reserveOne(send, `${host}-${entrant.pool}`)));
  return { addresses, beganAt, endedAt: Date.now(), writes: { create: 0, patch: 0, remove: 0 } };
}

void reserve(JSON.parse(process.argv[2] ?? "{}")).then((report) => {
  process.send!(report, () => process.exit());
});
