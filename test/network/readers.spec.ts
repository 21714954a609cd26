/** Readers of other projects judge random layouts. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { networkReaders } from "../testbed/installed-python";
import { COLD_MS, run, runOrFail } from "../testbed/run";
import { tool } from "../testbed/tools";
import { asked, full } from "./layouts";
import { layouts } from "./random-layouts";

/** Ironic runs this check at `PATCH /v1/nodes`. It prints the faults of each document as one line of JSON. */
const IRONIC = `
import json, sys, importlib.resources
import jsonschema
path = importlib.resources.files("ironic").joinpath("api/controllers/v1/network-data-schema.json")
validator = jsonschema.Draft7Validator(json.loads(path.read_text()))
print(json.dumps([[error.message for error in validator.iter_errors(one)] for one in json.load(sys.stdin)]))
`;

async function ironicFaults(documents: readonly unknown[]): Promise<string[][]> {
  const python = join(await networkReaders(), "bin", "python");
  const { stdout } = await runOrFail(python, ["-c", IRONIC], { stdin: JSON.stringify(documents) });
  return JSON.parse(stdout);
}

const rendered = [full, ...fc.sample(layouts, 300)].map((layout) => asked(layout).result);

describe("Ironic's schema", function () {
  this.timeout(COLD_MS);
  const documents = rendered.map(({ networkData }) => JSON.parse(String(networkData)));

  it("takes the network data of each layout", async () => {
    const faults = await ironicFaults(documents);
    assert.equal(faults.length, 301);
    assert.deepEqual(faults.flat(), []);
  });

  it("refuses what the rows of faults.spec.ts say it refuses", async () => {
    const [example] = documents;
    const [network] = example.networks;
    const narrow = { ...example, networks: [{ ...network, netmask: "255.255.255.255" }] };
    const alone = { ...network, routes: [{ network: "10.9.0.1", netmask: "255.255.255.255", gateway: "10.0.0.1" }] };
    const faults = await ironicFaults([narrow, { ...example, networks: [alone] }]);
    assert.deepEqual(
      faults.map((of) => of.length > 0),
      [true, true],
    );
  });
});

describe("ignition-validate", function () {
  this.timeout(COLD_MS);

  /** Its report: a line for each error, warning and hint. */
  async function report(config: string): Promise<string> {
    const { stdout, stderr } = await run(await tool("ignition-validate"), ["-"], { stdin: config });
    return stdout + stderr;
  }

  it("has nothing to say about the Ignition config of each layout", async () => {
    const reports = [];
    for (const { ignition } of rendered) reports.push(await report(String(ignition)));
    assert.deepEqual(reports, Array(301).fill(""));
  });

  it("says what is wrong with others", async () => {
    const config = (more: object) => JSON.stringify({ ignition: { version: "3.2.0" }, ...more });
    const relative = config({ storage: { files: [{ path: "etc/file" }] } });
    assert.match(await report(relative), /^error at \$\.storage\.files\.0\.path.*: path not absolute/);
    assert.match(await report(config({ network: {} })), /^warning at \$\.network.*: unused key network/);
  });
});
