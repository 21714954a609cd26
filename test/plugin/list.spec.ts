import assert from "node:assert/strict";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { structOf } from "../../provider/plugin/message";
import { grpc } from "../../provider/pulumi/grpc";
import type { WireProperties } from "../../provider/pulumi/wire";
import { hostsClaim } from "../resources/declare";
import { useMemory, useProcesses } from "./backend";
import type { ProviderProcess } from "./provider-process";
import { type Kind, Resource, UNKNOWN } from "./verbs";

const { status } = grpc;
const pools = [{ start: "10.0.0.10", end: "10.0.0.19" }];

interface Page {
  readonly ids: string[];
  readonly names: string[];
  readonly next: string | undefined;
  readonly isComputed: boolean;
}

describe("List", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  let provider: ProviderProcess;

  beforeEach(async () => {
    provider = await start();
    const made = async (kind: Kind, name: string, args: WireProperties) =>
      new Resource(provider, kind, name).made(args);
    await made("ipPool", "net", { pools, preAllocations: { "by-pool": "10.0.0.10" } });
    await made("ipPool", "old", { pools: [{ start: "10.0.1.10", end: "10.0.1.19" }] });
    await made("preAllocation", "cp-0", { pool: "net", host: "cp-0" });
    await made("preAllocationSet", "rack", { pool: "old", hosts: ["w-1", "w-0"] });
    await made("ipClaim", "vip", { pool: "net" });
    await backend.store.create(IP_CLAIM, hostsClaim("w-9-net"));
    await backend.store.create(IP_POOL, {
      apiVersion: "ipam.metal3.io/v1alpha1",
      kind: "IPPool",
      metadata: { name: "there", namespace: "elsewhere" },
      spec: {
        namePrefix: "there",
        pools: [{ start: "10.9.0.1", end: "10.9.0.2" }],
        preAllocations: { x: "10.9.0.1", Node_1: "10.9.0.2" },
      },
    });
  });

  const rows: readonly (readonly [what: string, token: string, query: WireProperties, ids: string[]])[] = [
    ["pools", "IPPool", {}, ["metal3/net", "metal3/old"]],
    ["pools of another namespace", "IPPool", { namespace: "elsewhere" }, ["elsewhere/there"]],
    ["claims of any author", "IPClaim", {}, ["metal3/vip", "metal3/w-9-net"]],
    ["claims of a pool without any", "IPClaim", { pool: "old" }, []],
    [
      "entries of all pools and of any resource",
      "PreAllocation",
      {},
      ["metal3/net/by-pool", "metal3/net/cp-0-net", "metal3/old/w-0-old", "metal3/old/w-1-old"],
    ],
    ["entries of one pool", "PreAllocation", { pool: "old" }, ["metal3/old/w-0-old", "metal3/old/w-1-old"]],
    ["entries of no pool", "PreAllocation", { pool: "none" }, []],
    [
      "entries elsewhere, but for one that no id can name",
      "PreAllocation",
      { namespace: "elsewhere", pool: "there" },
      ["elsewhere/there/x"],
    ],
  ];
  for (const [what, token, query, ids] of rows) {
    it(`lists ${what}, with ids that an import accepts`, async () => {
      const { ids: found, names, next } = await listed(provider, token, query);
      assert.deepEqual([found, next], [ids, undefined]);
      assert.deepEqual(
        names,
        ids.map((id) => id.split("/").at(-1)),
      );
      const kind = ({ IPPool: "ipPool", IPClaim: "ipClaim", PreAllocation: "preAllocation" } as const)[token] as Kind;
      for (const id of found) assert.equal((await new Resource(provider, kind, "imported").read({ id })).id, id);
    });
  }

  it("sees new objects", async () => {
    assert.equal((await listed(provider, "IPClaim", {})).ids.length, 2);
    await backend.store.create(IP_CLAIM, hostsClaim("w-8-net"));
    assert.equal((await listed(provider, "IPClaim", {})).ids.length, 3);
  });

  it("gives pages that neither repeat nor hide permanent objects when others come or go", async () => {
    const first = await listed(provider, "PreAllocation", {}, { pageSize: 2 });
    assert.deepEqual(first.ids, ["metal3/net/by-pool", "metal3/net/cp-0-net"]);
    await backend.store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: null } });
    const second = await listed(provider, "PreAllocation", {}, { pageSize: 2, continuation: first.next });
    assert.deepEqual([second.ids, second.next], [["metal3/old/w-0-old", "metal3/old/w-1-old"], undefined]);
  });

  it("ends at the limit, over all pages", async () => {
    const all = await listed(provider, "PreAllocation", {}, { limit: 3 });
    assert.deepEqual([all.ids.length, all.next], [3, undefined]);
    const first = await listed(provider, "PreAllocation", {}, { limit: 3, pageSize: 2 });
    const second = await listed(provider, "PreAllocation", {}, { limit: 3, pageSize: 2, continuation: first.next });
    assert.deepEqual([first.ids.length, second.ids, second.next], [2, ["metal3/old/w-0-old"], undefined]);
    assert.equal((await listed(provider, "PreAllocation", {}, { pageSize: 4 })).next, undefined);
  });

  it("is unknown if the query is", async () => {
    const { ids, isComputed } = await listed(provider, "IPClaim", { pool: UNKNOWN });
    assert.deepEqual([ids, isComputed], [[], true]);
  });

  it("refuses a query that it does not understand, a set, and a foreign token", async () => {
    await assert.rejects(listed(provider, "IPPool", { pool: "net", namespace: "No" }), {
      code: status.INVALID_ARGUMENT,
      details: /^pool: is not a property\. Choose one of namespace\..* namespace: "No"/,
    });
    await assert.rejects(listed(provider, "PreAllocationSet", {}), {
      code: status.NOT_FOUND,
      details:
        "metal3-ipam has no list of metal3-ipam:index:PreAllocationSet. There are lists of metal3-ipam:index:IPPool, " +
        "metal3-ipam:index:IPClaim, metal3-ipam:index:IPAddressClaim, metal3-ipam:index:PreAllocation.",
    });
    await assert.rejects(listed(provider, "IPPool", {}, { continuation: "x" }), {
      code: status.INVALID_ARGUMENT,
      details: '"x" is not a continuation token of this provider. Begin without one.',
    });
  });
});

function listed(
  provider: ProviderProcess,
  name: string,
  query: WireProperties,
  {
    limit = 0,
    pageSize = 0,
    continuation = "",
  }: { limit?: number; pageSize?: number; continuation?: string | undefined } = {},
): Promise<Page> {
  const request = new proto.ListRequest();
  request.setToken(`metal3-ipam:index:${name}`);
  request.setQuery(structOf(query));
  request.setLimit(limit);
  request.setPageSize(pageSize);
  request.setContinuationToken(continuation);
  return new Promise((resolve, reject) => {
    const results: proto.ListResponse.Result[] = [];
    let next: string | undefined;
    let isComputed = false;
    const stream = provider.client.list(request);
    stream.on("data", (response: proto.ListResponse) => {
      const result = response.getResult();
      if (result) results.push(result);
      next ??= response.getContinuation()?.getContinuationToken();
      isComputed ||= response.hasComputed();
    });
    stream.on("error", reject);
    stream.on("end", () => {
      resolve({ ids: results.map((one) => one.getId()), names: results.map((one) => one.getName()), next, isComputed });
    });
  });
}
