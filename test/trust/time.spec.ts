/** Servers that accept and never answer: each verb of the store and each call of the plugin ends, in time, with an error. */
import assert from "node:assert/strict";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { handlersOver, systemEnvironment } from "../../provider/compose";
import { structOf } from "../../provider/plugin/message";
import type { Compose } from "../../provider/plugin/session";
import { pulumiDoor } from "../../provider/pulumi/door";
import { API_CALL } from "../../provider/store/kubernetes/call";
import { type KubernetesStore, openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { configure } from "../plugin/backend";
import { ProviderProcess } from "../plugin/provider-process";
import { Resource } from "../plugin/verbs";
import { openConnection } from "../store/kubernetes/connected";
import { poolKey as key, poolKind as kind } from "../store/kubernetes/scripted-store";
import { poolManifest } from "../store/manifests";
import { record } from "./figures";
import { isLong } from "./scale";
import { openSilence, SILENCES, type Silence } from "./silences";

/** The provider's own times in the long form, and shorter times in the quick one. */
const policy = isLong ? API_CALL : { ...API_CALL, deadlineMs: 2_500, attemptMs: 1_000, leastMs: 200 };
const TOLERANCE_MS = 1_000;
const CANCEL_MS = 2_000;
/** A call that has not ended so long after its time never ends. */
const HANG_MS = 10_000;
const KINDS = isLong ? SILENCES : ["before TLS", "after the request", "but for a byte of its body now and then"];
/** With more, this process itself would be late. */
const AT_ONCE = 3;

const compose: Compose = async ({ kubeconfig = "", allowExec }, cancelled, tell) => {
  const connection = await openConnection({ content: kubeconfig, allowExec, env: process.env });
  const store = openKubernetesStore(connection, { policy, cancelled, tell });
  const handlers = handlersOver(store, systemEnvironment(store.target, pulumiDoor, cancelled), "metal3");
  return { handlers, warnings: [] };
};

type Call = (provider: ProviderProcess) => Promise<unknown>;
const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }];
const inputs = { name: "net", namespace: "metal3", pools, namePrefix: "net" };
const target = { id: "kubernetes:here", description: "cluster here" };
const kept = {
  id: "metal3/net",
  inputs: { ...inputs, __target: target },
  outputs: { ...inputs, __token: "t", __target: target },
};
const invoke = (name: string, args: object) => (provider: ProviderProcess) => {
  const request = new proto.InvokeRequest();
  request.setTok(`metal3-ipam:index:${name}`);
  request.setArgs(structOf(args as Record<string, never>));
  return provider.ask<proto.InvokeResponse>((client, done) => client.invoke(request, done));
};
const pool = (provider: ProviderProcess) => new Resource(provider, "ipPool", "net");
const host = (provider: ProviderProcess) => new Resource(provider, "preAllocation", "a");

/** Each verb of the plugin that calls the server. */
const calls: Readonly<Record<string, Call>> = {
  "Check of a pool": (provider) => pool(provider).checked({ pools }),
  "Check of a host": (provider) => host(provider).checked({ pool: "net", host: "a" }),
  Diff: (provider) => pool(provider).diff(kept, { ...inputs, pools: [{ start: "10.0.0.10", end: "10.0.0.40" }] }),
  "Create of a pool": (provider) => pool(provider).create(inputs),
  "Create of a host": (provider) =>
    host(provider).create({ pool: "net", namespace: "metal3", host: "a", claimName: "a-net", address: "10.0.0.10" }),
  "Read of an import": (provider) => pool(provider).read({ id: "metal3/net" }),
  Update: (provider) => pool(provider).update(kept, { ...inputs, prefix: 24 }),
  Delete: (provider) => pool(provider).delete(kept),
  "Invoke getIPPool": invoke("getIPPool", { name: "net" }),
  "Invoke getIPAddress": invoke("getIPAddress", { pool: "net", host: "a" }),
  List: (provider) => {
    const request = new proto.ListRequest();
    request.setToken("metal3-ipam:index:IPPool");
    return new Promise((resolve, reject) =>
      provider.client.list(request).on("error", reject).on("end", resolve).resume(),
    );
  },
};

/** Each verb of the store. */
const verbs: Readonly<Record<string, (store: KubernetesStore) => Promise<unknown>>> = {
  get: (store) => store.get(kind, key),
  list: (store) => store.list(kind, "default"),
  create: (store) => store.create(kind, poolManifest("pool1")),
  patch: (store) => store.patch(kind, key, { metadata: { labels: { a: "b" } } }),
  remove: (store) => store.remove(kind, key),
  "remove by uid": (store) => store.remove(kind, key, { uid: "u" }),
  served: (store) => store.apiServer.served(kind),
};

/** The total time in which this process could not run. On a busy machine timers are late, too. */
class Stalls {
  private totalMs = 0;
  private last = performance.now();
  private readonly timer = setInterval(() => this.look(), 20).unref();

  get soFarMs(): number {
    this.look();
    return this.totalMs;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = performance.now();
    this.totalMs += Math.max(0, now - this.last - 20);
    this.last = now;
  }
}

interface End {
  readonly ended: Error | string;
  /** The time after its limit. */
  readonly lateMs: number;
  /** The part of it that is not its own fault. */
  readonly stalledMs: number;
}

async function endOf(work: Promise<unknown>, limitMs: number, stalls: Stalls): Promise<End> {
  const [began, before] = [performance.now(), stalls.soFarMs];
  const hang = new Promise<string>((resolve) => setTimeout(() => resolve("a hang"), limitMs + HANG_MS).unref());
  const ended = await Promise.race([
    hang,
    work.then(
      () => "well",
      (error: Error) => error,
    ),
  ]);
  return { ended, lateMs: performance.now() - began - limitMs, stalledMs: stalls.soFarMs - before };
}

describe("a server that accepts and never answers", () => {
  let silences: [where: string, silence: Silence][];
  const stalls = new Stalls();
  const began = performance.now();
  const counts = { verbs: 0, calls: 0, cancels: 0, outside: 0, slowestCancelMs: 0, early: 0, late: 0 };
  after(() => {
    stalls.stop();
    for (const [, silence] of silences) silence.close();
    const { verbs, calls, cancels, outside, slowestCancelMs, early, late } = counts;
    const seconds = (performance.now() - began) / 1_000;
    const limit = `${policy.deadlineMs / 1_000} s`;
    const off = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
    record({
      claim: 13,
      what: `${KINDS.length} kinds of silence: verbs of the store and calls of the plugin, which have ${limit}`,
      outcome: `${outside} of ${verbs + calls} outside of ± 1 s (at most ${off(-early)} early, ${off(late)} late)`,
      seconds,
    });
    record({
      claim: 13,
      what: `${KINDS.length} kinds of silence: Cancel of calls under way`,
      outcome: `the slowest of ${cancels} ended after ${off(slowestCancelMs)}`,
      seconds,
    });
  });

  function isInTime(what: string, { lateMs, stalledMs }: End): void {
    // The delay of this process is not the provider's.
    const offMs = Math.sign(lateMs) * Math.max(0, Math.abs(lateMs) - stalledMs);
    counts.early = Math.min(counts.early, offMs);
    counts.late = Math.max(counts.late, offMs);
    if (Math.abs(offMs) <= TOLERANCE_MS) return;
    counts.outside += 1;
    assert.fail(`${what} ended ${Math.round(lateMs)} ms after its time, with the process stalled for ${stalledMs} ms`);
  }

  const processes: ProviderProcess[] = [];
  before(async () => {
    silences = await Promise.all(
      KINDS.map(async (where): Promise<[string, Silence]> => [where, await openSilence(where)]),
    );
  });
  afterEach(() => {
    for (const provider of processes.splice(0)) provider.stop();
  });

  async function started(silence: Silence): Promise<ProviderProcess> {
    const provider = await ProviderProcess.start(compose);
    processes.push(provider);
    await configure(provider, { kubeconfig: silence.kubeconfig });
    return provider;
  }

  /** Each of them with each silence, some at the same time. */
  async function everywhere<T, R>(rows: Readonly<Record<string, T>>, work: (row: T, silence: Silence) => Promise<R>) {
    const ends: (R & { readonly what: string })[] = [];
    for (let first = 0; first < silences.length; first += AT_ONCE) {
      const some = silences.slice(first, first + AT_ONCE).flatMap(([where, silence]) =>
        Object.entries(rows).map(async ([name, row]) => ({
          what: `${name}, ${where}`,
          ...(await work(row, silence)),
        })),
      );
      ends.push(...(await Promise.all(some)));
    }
    return ends;
  }

  const GIVEN_UP =
    /: (the API server did not answer within \d+ s|no connection to the API server in time)\. Gave up after \d+ s\./;

  it("ends each verb of the store when its time is over", async () => {
    const ends = await everywhere(verbs, async (ask, { kubeconfig }) => {
      const store = openKubernetesStore(await openConnection({ content: kubeconfig, env: {} }), { policy });
      const end = await endOf(ask(store), policy.deadlineMs, stalls);
      await store.close();
      return end;
    });
    for (const { what, ...end } of ends) {
      counts.verbs += 1;
      assert.match(String(end.ended), GIVEN_UP, what);
      isInTime(what, end);
    }
    for (const [where, silence] of silences) assert.ok(silence.connections() > 0, where);
  });

  it("ends each call of the plugin when its time is over", async () => {
    const ends = await everywhere(calls, async (ask, silence) =>
      endOf(ask(await started(silence)), policy.deadlineMs, stalls),
    );
    for (const { what, ...end } of ends) {
      counts.calls += 1;
      assert.match(String(end.ended), GIVEN_UP, what);
      isInTime(what, end);
    }
  });

  it("leaves state unchanged in a refresh, when its time is over", async () => {
    const ends = await everywhere({ Read: pool }, async (resource, silence) => {
      const provider = await started(silence);
      const end = await endOf(resource(provider).read(kept), policy.deadlineMs, stalls);
      return { ...end, warned: String(provider.warnings()) };
    });
    for (const { what, warned, ...end } of ends) {
      counts.calls += 1;
      assert.equal(end.ended, "well", what);
      assert.match(warned, /^Could not read the cluster, so the last known state stands\. .*Gave up after/, what);
      isInTime(what, end);
    }
  });

  it("delays no call of the plugin for longer than 2 s after Cancel", async () => {
    const ends = await everywhere(calls, async (ask, silence) => {
      const provider = await started(silence);
      const work = ask(provider);
      work.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, policy.attemptMs / 4)); // in the middle of its first request
      const end = endOf(work, CANCEL_MS, stalls);
      await provider.cancel();
      return end;
    });
    for (const { what, lateMs, stalledMs, ended } of ends) {
      counts.cancels += 1;
      counts.slowestCancelMs = Math.max(counts.slowestCancelMs, CANCEL_MS + lateMs);
      assert.match(
        String(ended),
        /(not answered yet|did not answer|no connection).*because the run was cancelled/,
        what,
      );
      assert.ok(lateMs - stalledMs <= 0, `${what} ended ${Math.round(lateMs)} ms too late`);
    }
  });
});
