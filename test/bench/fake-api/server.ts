/**
 * A fake API server as a process of its own, so that it shares no thread with what is measured: `server <number of IPAddress
 * objects>`. It serves pools, claims and addresses on loopback, with lists in pages. It has no controllers, no watches and no
 * rights. It says its URL when it is ready, and its number of requests whenever it is asked.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import { apiVersionOf, type Kind } from "../../../provider/api/kinds";
import type { Manifest } from "../../../provider/api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import { addressObject, POOL, poolObject } from "./content";
import { type Answer, Collection, refusal } from "./objects";

export type Said = { readonly url: string } | { readonly requests: number };

const KINDS: readonly Kind[] = [IP_POOL, IP_CLAIM, IP_ADDRESS, CAPI_IP_ADDRESS];
const DEFAULT_LIMIT = 500;

let versions = 0;
let requests = 0;
const collections = new Map<string, Collection>();

function collection(group: string, plural: string, namespace: string): Collection {
  const key = `${group}/${plural}/${namespace}`;
  const known = collections.get(key) ?? new Collection(() => String(++versions));
  collections.set(key, known);
  return known;
}

/** `/apis/<group>/<version>/namespaces/<namespace>/<plural>[/<name>]`, and `/apis/<group>[/<version>]` for discovery. */
function answer(method: string, url: URL, body: string): Answer {
  const [, root, group = "", version, , namespace, plural, name] = url.pathname.split("/");
  const ofGroup = KINDS.filter((kind) => kind.group === group);
  if (root !== "apis" || ofGroup.length === 0) return refusal(404, "NotFound", "");
  if (plural === undefined || namespace === undefined) return discovery(ofGroup, version);
  if (!ofGroup.some((kind) => kind.plural === plural && kind.version === version)) return refusal(404, "NotFound", "");
  const objects = collection(group, plural, namespace);
  const sent = body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
  if (name === undefined) {
    const { searchParams } = url;
    if (method === "POST") return objects.create(sent as unknown as Manifest);
    return objects.list(Number(searchParams.get("limit") ?? DEFAULT_LIMIT), searchParams.get("continue"));
  }
  if (method === "PATCH") return objects.patch(name, sent);
  if (method === "PUT") return objects.replace(name, sent as unknown as Manifest);
  if (method === "DELETE") return objects.remove(name, (sent.preconditions ?? {}) as object);
  return objects.get(name);
}

function discovery(kinds: readonly Kind[], version: string | undefined): Answer {
  const versions = kinds.map((kind) => ({ groupVersion: apiVersionOf(kind), version: kind.version }));
  const resources = kinds.map(({ plural, kind }) => ({ name: plural, kind, namespaced: true }));
  const found = version === undefined ? { kind: "APIGroup", versions } : { kind: "APIResourceList", resources };
  return { status: 200, body: JSON.stringify(found) };
}

function fill(count: number): void {
  const pools = collection(IP_POOL.group, IP_POOL.plural, POOL.namespace);
  const { metadata } = JSON.parse(pools.create(poolObject()).body) as Manifest;
  const addresses = collection(IP_ADDRESS.group, IP_ADDRESS.plural, POOL.namespace);
  for (let index = 0; index < count; index++) addresses.create(addressObject(index, String(metadata.uid)));
}

fill(Number(process.argv[2]));
const server = createServer(async (asked: IncomingMessage, response) => {
  requests++;
  const { status, body } = answer(asked.method ?? "", new URL(asked.url ?? "", "http://server"), await text(asked));
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send!({ url: `http://127.0.0.1:${port}` } satisfies Said);
});
process.on("message", () => process.send!({ requests } satisfies Said));
process.on("disconnect", () => process.exit());
