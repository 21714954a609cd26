import assert from "node:assert/strict";
import { readIPAddress } from "../../../../provider/api/metal3/ip-address";
import { readIPClaim } from "../../../../provider/api/metal3/ip-claim";
import { readIPPool } from "../../../../provider/api/metal3/ip-pool";
import { IP_POOL } from "../../../../provider/api/metal3/kinds";
import type { Connection } from "../../../../provider/store/kubernetes/connection";
import { type KubernetesStore, openKubernetesStore } from "../../../../provider/store/kubernetes/kubernetes-store";
import { type Stored, StoreError } from "../../../../provider/store/store";
import { openConnection } from "../../../store/kubernetes/connected";
import { ManualTiming } from "../../../store/kubernetes/manual-timing";
import { kubeconfigFor } from "../../../store/kubernetes/opened";
import { type ScriptedServer, type Step, scriptedServer } from "../../../store/kubernetes/scripted-server";
import { poolManifest } from "../../../store/manifests";
import type { Target } from "../fuzz";
import { assertPlain } from "../plain";

const KEY = { namespace: "default", name: "pool1" };
const ONLY = { uid: "u", resourceVersion: "1" };
const POOL = JSON.stringify({
  apiVersion: "ipam.metal3.io/v1alpha1",
  kind: "IPPool",
  metadata: { name: "pool1", namespace: "default", uid: "u", resourceVersion: "1" },
  spec: { namePrefix: "p", pools: [{ start: "10.0.0.1", end: "10.0.0.9" }], preAllocations: { a: "10.0.0.2" } },
});
const LIST = `{"kind":"IPPoolList","metadata":{"resourceVersion":"7","continue":""},"items":[${POOL}]}`;
const MORE = LIST.replace('"continue":""', '"continue":"next"');
const REFUSED =
  '{"kind":"Status","code":409,"reason":"AlreadyExists","message":"no","details":{"name":"pool1","causes":[{"field":"x"}]}}';
const EVENTS = `{"type":"ADDED","object":${POOL}}\n{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}\n{"type":"DELETED","object":${POOL}}\n`;
const GROUP = '{"kind":"APIGroup","versions":[{"version":"v1beta1"}],"preferredVersion":{"version":"v1beta1"}}';
const RESOURCES = '{"kind":"APIResourceList","resources":[{"name":"ippools"}]}';
/** A watch never ends by itself. It ends here after the server has closed it this often. */
const WATCH_REQUESTS = 6;

/** The verb's letter, then answers between NULs: a status, perhaps a Retry-After, and a body. The last one repeats for ever. */
const target: Target = {
  seeds: [
    `g200 ${POOL}`,
    `l200 ${MORE}`,
    `l200 ${MORE}\x00200 ${LIST}`,
    `l200 ${MORE}\x00410 ${REFUSED}\x00200 ${LIST}`,
    `c201 ${POOL}`,
    `c409 ${REFUSED}`,
    `c500 oops\x00200 ${POOL}`,
    `p200 ${POOL}`,
    `p409 ${REFUSED}\x00200 ${POOL}`,
    `p503;1 ${REFUSED}\x00200 ${POOL}`,
    `r200 ${POOL}`,
    `r500 \x00404 ${REFUSED.replace("409", "404")}`,
    `w200 ${LIST}\x00200 ${EVENTS}`,
    `w200 ${LIST}\x00410 ${REFUSED}\x00200 ${LIST}\x00200 ${EVENTS}`,
    `s200 ${GROUP}\x00200 ${RESOURCES}`,
    `g404 404 page not found\x00200 ${GROUP}\x00200 ${RESOURCES}\x00200 ${POOL}`,
    "g429;0 x\x00401 x\x00302 x",
  ],
  words: [
    ..."g200 |l200 |c201 |p200 |r200 |w200 |s200 |\x00200 |\x00404 |\x00409 |\x00410 |\x00422 |\x00429;1 |\x00500 |\x00503;9 |\x00401 |\x00403 ".split(
      "|",
    ),
    ...'{|}|[|]|,|:|""|null|{}|[]|"__proto__":|"constructor":{"prototype":|"metadata":|"items":|"continue":"x"|"continue":1'.split(
      "|",
    ),
    ...'"uid":|"resourceVersion":|"name":|"labels":|"managedFields":|"spec":|"status":|"details":|"causes":|"versions":'.split(
      "|",
    ),
    ...'"type":"ERROR"|"type":"DELETED"|"type":"BOOKMARK"|"reason":"Expired"|"reason":"Conflict"|"code":410|\n'.split(
      "|",
    ),
  ],
  follows: /\/provider\/(store|api|core)\//,
  async run(input) {
    const { store, timing } = await open();
    const [first = "", ...rest] = input.toString("latin1").split("\0");
    script = [first.slice(1), ...rest];
    try {
      await ask(store, first[0] ?? "", timing);
    } finally {
      await store.close();
    }
  },
  close: () => server?.close(),
};

let script: string[] = [];
let server: ScriptedServer | undefined;
let connection: Connection | undefined;
let opened = 0;

/** Each input has its own store. The server is replaced from time to time, because it remembers its requests. */
async function open(): Promise<{ store: KubernetesStore; timing: ManualTiming }> {
  if (server === undefined || connection === undefined || opened++ % 500 === 0) {
    await server?.close();
    server = await scriptedServer();
    server.next(always);
    connection = await openConnection({ content: kubeconfigFor(server.url, { token: "t" }), env: {} });
  }
  const timing = new ManualTiming();
  return { timing, store: openKubernetesStore(connection, { timing, uniqueAnnotation: "token" }) };
}

const always: Step = (response) => {
  server?.next(always);
  const said = script.length > 1 ? script.shift()! : (script[0] ?? "");
  const [, status = "200", , patience, body = ""] = /^([2-5]\d\d)?(;([^ ]*))? ?(.*)$/s.exec(said) ?? [];
  const headers = patience !== undefined && /^[\x20-\x7e]*$/.test(patience) ? { "retry-after": patience } : {};
  response.writeHead(Number(status), { "content-type": "application/json", ...headers });
  response.end(Buffer.from(body, "latin1"));
};

async function ask(store: KubernetesStore, verb: string, timing: ManualTiming): Promise<void> {
  try {
    if (verb === "w") return await watch(store);
    if (verb === "s") return void (await store.apiServer.served(IP_POOL));
    if (verb === "l") return (await store.list(IP_POOL, "default")).forEach(assertStored);
    if (verb === "r") return await store.remove(IP_POOL, KEY, ONLY);
    const asked = {
      c: () => store.create(IP_POOL, poolManifest("pool1", "default", { token: "x" })),
      p: () => store.patch(IP_POOL, KEY, { spec: { prefix: 25 }, metadata: { labels: { a: null } } }, ONLY),
    };
    const object = await (verb === "c" || verb === "p" ? asked[verb]() : store.get(IP_POOL, KEY));
    if (object !== undefined) assertStored(object);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    assert.match(error.message, /^[^\n]{1,3000}$/);
    assert.ok(timing.elapsedMs <= 120_000, "waits without end");
  }
}

function watch(store: KubernetesStore): Promise<void> {
  const before = server!.seen.length;
  return new Promise((resolve, reject) => {
    const settled = (error?: unknown) => {
      watching.close();
      clearInterval(looking);
      if (error === undefined || error instanceof StoreError) resolve();
      else reject(error);
    };
    const seen = (object: Stored) => {
      try {
        assertStored(object);
      } catch (error) {
        settled(error);
      }
    };
    const looking = setInterval(() => server!.seen.length - before >= WATCH_REQUESTS && settled(), 1);
    const watching = store.apiServer.watch(IP_POOL, "default", { seen, gone: () => undefined, failed: settled });
  });
}

/** The guarantees for a caller. */
function assertStored(object: Stored): void {
  const { name, uid, resourceVersion } = object.metadata;
  for (const text of [object.apiVersion, object.kind, name, uid, resourceVersion]) assert.equal(typeof text, "string");
  assertPlain(object);
  for (const read of [readIPPool, readIPAddress, readIPClaim]) read(object);
}
export default target;
