/** Bar 12: what the engine keeps in state for each host of a PreAllocationSet, as compact JSON. */
import { handlersOver } from "../../provider/compose";
import { openMemoryStore } from "../../provider/store/memory-store";
import { configure } from "../plugin/backend";
import { ProviderProcess } from "../plugin/provider-process";
import { Resource } from "../plugin/verbs";
import { testEnvironment } from "../resources/program";
import { type Bar, printBars } from "./bar";
import { countText } from "./turns";

const HOSTS = 1_000;
const LIMIT_BYTES = 450;

/** A pool with all that a host's network may have. */
const network = { prefix: 20, gateway: "10.0.0.1", dnsServers: ["10.0.0.2", "10.0.0.3"] };

export async function measureStateSize(): Promise<Bar[]> {
  const handlers = handlersOver(openMemoryStore(), testEnvironment(), "metal3");
  const provider = await ProviderProcess.start(async () => ({ handlers, warnings: [] }));
  try {
    await configure(provider);
    const pool = new Resource(provider, "ipPool", "provisioning");
    await pool.made({ pools: [{ subnet: "10.0.0.0/20" }], ...network, excludeReserved: true });
    const hosts = Array.from({ length: HOSTS }, (_, index) => `worker-${index}`);
    const set = new Resource(provider, "preAllocationSet", "workers");
    const { inputs, outputs } = await set.made({ pool: "provisioning", hosts });
    const [ofInputs, ofOutputs] = [inputs, outputs].map(
      (properties) => Buffer.byteLength(JSON.stringify(properties)) / HOSTS,
    ) as [number, number];
    const bytes = ofInputs + ofOutputs;
    return [
      {
        number: 12,
        what: `state of a PreAllocationSet of ${countText(HOSTS)} hosts, with prefix, gateway and two DNS servers`,
        measured: `inputs ${countText(ofInputs)} bytes / outputs ${countText(ofOutputs)} bytes per host`,
        figure: `${countText(bytes)} bytes per host`,
        limit: `≤ ${LIMIT_BYTES} bytes`,
        isMet: bytes <= LIMIT_BYTES,
      },
    ];
  } finally {
    provider.stop();
  }
}

if (require.main === module) void printBars(measureStateSize);
