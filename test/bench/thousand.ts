/** A thousand unchanged PreAllocations in a folder, through the plugin's service: what a plain preview asks of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { composeForPulumi } from "../../provider/pulumi/compose";
import { configure } from "../plugin/backend";
import { ProviderProcess } from "../plugin/provider-process";
import { type Kept, Resource } from "../plugin/verbs";

const COUNT = 1_000;
const hosts = Array.from({ length: COUNT }, (_, index) => `node-${index}`);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - began) / 1_000).toFixed(2)} s`);
  return result;
}

async function started(directory: string): Promise<ProviderProcess> {
  const provider = await ProviderProcess.start(composeForPulumi);
  await configure(provider, { directory });
  return provider;
}

const said = (host: string) => ({ pool: "net", host });

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "metal3-ipam-bench-"));
  const first = await started(directory);
  const later = await started(directory);
  try {
    await new Resource(first, "ipPool", "net").made({ pools: [{ subnet: "10.0.0.0/20" }], prefix: 20 });
    const resource = (provider: ProviderProcess, host: string) => new Resource(provider, "preAllocation", host);
    const kept = await timed(`${COUNT} new: check one by one, create together`, async () => {
      const creating: Promise<Kept>[] = [];
      for (const host of hosts) {
        const inputs = await resource(first, host).checked(said(host));
        creating.push(resource(first, host).create(inputs));
      }
      return Promise.all(creating);
    });
    const read = await timed(`${COUNT} unchanged: read together`, () =>
      Promise.all(kept.map((one, index) => resource(later, hosts[index]!).read(one))),
    );
    await timed(`${COUNT} unchanged: check and diff one by one`, async () => {
      for (const [index, one] of read.entries()) {
        const host = hosts[index]!;
        const checked = await resource(later, host).checked(said(host), one.inputs);
        if ((await resource(later, host).diff(one, checked)).isChange) throw new Error(`${host} is no longer the same`);
      }
    });
    await timed(`${COUNT} listed`, () => listed(later));
  } finally {
    first.stop();
    later.stop();
    await rm(directory, { recursive: true });
  }
}

function listed(provider: ProviderProcess): Promise<void> {
  const request = new proto.ListRequest();
  request.setToken("metal3-ipam:index:PreAllocation");
  return new Promise((resolve, reject) => {
    let count = 0;
    const stream = provider.client.list(request);
    stream.on("data", () => {
      count += 1;
    });
    stream.on("error", reject);
    stream.on("end", () => (count === COUNT ? resolve() : reject(new Error(`${count} are listed`))));
  });
}

void main();
