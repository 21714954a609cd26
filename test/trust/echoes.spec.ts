/** Servers and proxies that quote a request's credentials in any part of an answer. No message contains them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_CALL } from "../../provider/store/kubernetes/call";
import { type KubernetesStore, openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { openConnection } from "../store/kubernetes/connected";
import { kubeconfigFor } from "../store/kubernetes/opened";
import { answer, type Seen, type Step, scriptedServer } from "../store/kubernetes/scripted-server";
import { poolKey as key, poolKind as kind, storedPool } from "../store/kubernetes/scripted-store";
import { poolManifest } from "../store/manifests";
import { record } from "./figures";

/** With characters that a URL escapes. */
const CANARY = "canary-4f1d/93ab+77c0==";
const policy = { ...API_CALL, deadlineMs: 1_500, attemptMs: 1_200, leastMs: 100, capMs: 100, baseMs: 1, quietMs: 1 };

type Echo = (said: string, request: Seen) => Step;
const refusal = (code: number, status: (said: string) => object) => (said: string) =>
  answer(code, { kind: "Status", apiVersion: "v1", status: "Failure", code, ...status(said) });
const list = (item: object) => answer(200, { metadata: { resourceVersion: "1" }, items: [item] });

/** The place of the credentials in the answer. */
const echoes: Readonly<Record<string, Echo>> = {
  "in the message of a refusal": refusal(403, (message) => ({ message, reason: "Forbidden" })),
  "in the message of a failure, which is tried again": refusal(500, (message) => ({ message })),
  "in a message that is cut in its middle": refusal(422, (said) => ({
    message: `${"x".repeat(285)} ${said} `.repeat(9),
  })),
  "in the message of a 401": refusal(401, (message) => ({ message, reason: "Unauthorized" })),
  "in a 409, as the name of the reason": refusal(409, (said) => ({ reason: said, message: `conflict with ${said}` })),
  "in the details of a 404": refusal(404, (said) => ({ message: said, details: { name: said, kind: "namespaces" } })),
  "in a page that is no JSON": (said) => answer(400, `<html>Bad request: ${said}</html>`),
  "in half a JSON": (said) => answer(200, `{"kind":"IPPool","metadata":{"name":${JSON.stringify(said)}`),
  "in the place a redirect leads to": (said) =>
    answer(307, "", { location: `https://other/?${encodeURIComponent(said)}` }),
  "in headers": (said) => answer(418, "", { "retry-after": said, "x-request": said, "www-authenticate": said }),
  "in the name of an object that is none": (said) => list({ metadata: { name: said, namespace: said } }),
  "in the names of its fields": (said) => answer(200, { metadata: { name: "x", labels: { [said]: 1 }, [said]: {} } }),
  "in its values": (said) =>
    answer(200, { ...storedPool(1), metadata: { name: said, uid: said, resourceVersion: said } }),
  "in a list": (said) => list(storedPool(1, { metadata: { annotations: { [said]: said } }, spec: { [said]: said } })),
  "in events": (said, { query }) =>
    query.has("watch")
      ? answer(200, `{"type":"ADDED","object":{"metadata":{"name":${JSON.stringify(said)}}}}\n`)
      : answer(200, { metadata: { resourceVersion: "1" }, items: [] }),
};

/** The ways to write a header into a text. */
const spellings: readonly ((header: string) => string)[] = [
  (header) => header,
  (header) => JSON.stringify(header),
  (header) => encodeURIComponent(header),
  (header) =>
    Buffer.from(header.split(" ")[1] ?? "", "base64")
      .toString("latin1")
      .replaceAll(/[^ -~]/g, "?"),
];

describe("credentials that a server sends back", () => {
  let folder: string;
  const counts = { answers: 0, messages: 0, found: 0, credentials: 0 };
  const began = performance.now();
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "echoes-"));
    writeFileSync(join(folder, "token"), CANARY);
  });
  after(() => {
    rmSync(folder, { recursive: true });
    const { answers, messages, found, credentials } = counts;
    record({
      claim: 14,
      what: "credentials echoed by a hostile server or proxy, in every part of an answer",
      outcome: `${found} of ${messages} texts with a credential (${answers} hostile answers, ${credentials} kinds of credential)`,
      seconds: (performance.now() - began) / 1_000,
    });
  });
  const printed = JSON.stringify(JSON.stringify({ kind: "ExecCredential", status: { token: CANARY } }));
  const exec = { command: process.execPath, args: ["-e", `console.error(${printed}); console.log(${printed})`] };
  const users: Readonly<Record<string, () => object>> = {
    "a token": () => ({ token: CANARY }),
    "a token file's": () => ({ tokenFile: join(folder, "token") }),
    "a login program's": () => ({ exec }),
  };
  counts.credentials = Object.keys(users).length;

  for (const [what, user] of Object.entries(users)) {
    it(`are in no message and no object: ${what}`, async () => {
      const found = await Promise.all(
        Object.entries(echoes).map(async ([where, echo]) => {
          const { texts, answers } = await saidTo(user(), echo);
          assert.ok(answers > 0, where);
          counts.answers += answers;
          counts.messages += texts.length;
          return texts.filter(hasCanary).map((text) => `${where}: ${text}`);
        }),
      );
      counts.found += found.flat().length;
      assert.deepEqual(found.flat(), []);
    });
  }

  it("would be found by this test in any of the spellings", () => {
    const header = `Bearer ${CANARY}`;
    for (const spell of spellings.slice(0, 3)) assert.ok(hasCanary(`it answers: ${spell(header)}`), spell(header));
    assert.ok(hasCanary(JSON.stringify({ message: `it answers: ${CANARY}` })));
    assert.equal(hasCanary("it answers 403"), false);
  });
});

/** All texts that come from a server with these answers. */
async function saidTo(user: object, echo: Echo): Promise<{ texts: string[]; answers: number }> {
  let answers = 0;
  const step: Step = (response, request) => {
    const header = String(request.headers.authorization);
    echo(spellings[answers++ % spellings.length]!(header), request)(response, request);
  };
  const server = await scriptedServer(Array(10_000).fill(step));
  const connection = await openConnection({
    content: kubeconfigFor(server.url, user),
    allowExec: true,
    env: process.env,
  });
  const texts: string[] = [];
  const store = openKubernetesStore(connection, { policy, tell: (text) => texts.push(text) });
  try {
    texts.push(...(await Promise.all(spellings.flatMap(() => verbs(store)).map(told))));
  } finally {
    await store.close();
    await server.close();
  }
  return { texts, answers };
}

const verbs = (store: KubernetesStore): Promise<unknown>[] => [
  store.get(kind, key),
  store.list(kind, "default"),
  store.create(kind, poolManifest("pool1")),
  store.patch(kind, key, { metadata: { labels: { a: "b" } } }, { resourceVersion: "1" }),
  store.remove(kind, key),
  store.apiServer.served(kind),
  new Promise((_resolve, failed) => {
    const watch = store.apiServer.watch(kind, "default", {
      seen: (object) => failed(new Error(JSON.stringify(object))),
      gone: (gone) => failed(new Error(JSON.stringify(gone))),
      failed,
    });
    setTimeout(() => failed(new Error("closed")), 1_500);
    setTimeout(() => watch.close(), 1_500);
  }),
];

/** All texts that could come from the answer. */
async function told(verb: Promise<unknown>): Promise<string> {
  return verb.then(
    (value) => JSON.stringify(value) ?? "undefined",
    (error: Error) => [error.message, error.stack, JSON.stringify(error), String(error.cause)].join("\n"),
  );
}

/** Even a part of it is too much. */
function hasCanary(text: string): boolean {
  return [CANARY.slice(0, 7), CANARY.slice(-7)].some((part) =>
    [text, decodeURIComponent(text.replaceAll(/%(?![0-9A-F]{2})/gi, ""))].some((form) => form.includes(part)),
  );
}
