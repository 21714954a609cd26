import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, ReadRequest, type ReadResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { transpiledPackage } from "./transpiled-package";

/** Opens its backend slowly, and answers a read with its configuration. */
const compose = `
let opened = 0;
exports.compose = async ({ namespace }) => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  opened += 1;
  const handler = { read: async ({ id, state }) => ({ id, outputs: { ...state, namespace, opened } }) };
  const handlers = { ipPool: handler, ipClaim: handler, ipAddressClaim: handler, preAllocation: handler, preAllocationSet: handler };
  return { handlers, warnings: [] };
};`;

type Done<T> = (error: Error | null, response: T) => void;

function answered<T>(call: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

describe("Pulumi's own dynamic provider host", () => {
  const { folder, remove } = transpiledPackage(compose);
  let host: ChildProcess;
  let client: ResourceProviderClient;

  before(async () => {
    const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    // Node's own options would include this test's TypeScript loader.
    host = spawn(process.execPath, [script, "127.0.0.1:1"], { cwd: folder, env: { ...process.env, NODE_OPTIONS: "" } });
    const [port] = await once(createInterface(host.stdout!), "line");
    client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  });

  after(async () => {
    client.close();
    host.kill();
    await once(host, "exit");
    remove();
  });

  it("gets one configured backend, also for reads that come before configure has ended", async () => {
    const configuration = new ConfigureRequest();
    configuration.setArgs(Struct.fromJavaScript({ "metal3-ipam:namespace": "metal3" }));
    await answered((done) => client.configure(configuration, done));

    const reads = Array.from({ length: 12 }, (_, n) => {
      const __provider = `exports.handler = () => require("pulumi-metal3-ipam/dynamic").${n % 2 ? "ipPool" : "ipClaim"};`;
      const request = new ReadRequest();
      request.setId(`metal3/pool-${n}`);
      request.setProperties(Struct.fromJavaScript({ name: `pool-${n}`, __provider }));
      const expected = { name: `pool-${n}`, namespace: "metal3", opened: 1, __provider };
      return { expected, answer: answered<ReadResponse>((done) => client.read(request, done)) };
    });

    for (const { expected, answer } of reads) {
      assert.deepEqual((await answer).getProperties()?.toJavaScript(), expected);
    }
  });
});
