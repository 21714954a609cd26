import assert from "node:assert/strict";
import { expectFailed, expectSucceeded, unknown, useEngine } from "../testbed/engine";
import type { ProgramSpec } from "../testbed/program";
import { count } from "../trust/scale";
import { foldersFiles } from "./folder";
import { host, pool, program } from "./programs";

const body = `
  const pool = new IPPool("net", { pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24, gateway: "10.0.0.1" });
  const a = new PreAllocation("a", { pool: pool.name, host: "a" });
  const rack = new PreAllocationSet("rack", { pool: pool.name, hosts: ["r-1", "r-2"] });
  const vip = new IPClaim("vip", { pool: pool.name });`;
const names = "IPClaim, IPPool, PreAllocation, PreAllocationSet";
const result = "{ a: a.address, rack: rack.addresses, vip: vip.address }";
const typescript = `import { ${names} } from "pulumi-metal3-ipam/dynamic";${body}\nexport const found = ${result};`;
const javascript = `const { ${names} } = require("pulumi-metal3-ipam/dynamic");${body}\nexports.found = ${result};`;

const runtimes: [what: string, spec: Omit<ProgramSpec, "name">][] = [
  ["TypeScript", { program: typescript }],
  ["plain JavaScript", { runtime: "javascript", program: javascript }],
  ["an ES module in TypeScript", { runtime: "esm", program: typescript }],
  [
    "a main file in a subfolder",
    { settings: { main: "src/infra/main.ts" }, files: { "src/infra/main.ts": typescript } },
  ],
];

describe("programs that users write, on a real engine", function () {
  const engine = useEngine(this);

  for (const [what, spec] of runtimes) {
    it(`${what}: are created, unchanged and destroyed, with a small state`, async () => {
      const stack = await engine().project({ name: "runtime", ...spec });
      const up = expectSucceeded(await stack.up());
      assert.deepEqual(up.changes, { create: 4 });
      assert.match(JSON.stringify(up.outputs), /"a":"10\.0\.0\.1\d"/);
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });

      const { deployment } = await stack.stackExport();
      const provider = (deployment.resources ?? []).flatMap(({ urn, inputs, outputs }) =>
        urn.includes("metal3-ipam:") ? [[urn.split("::").at(-1), inputs?.__provider, outputs?.__provider]] : [],
      );
      const literal = (kind: string) => `exports.handler = () => require("pulumi-metal3-ipam/dynamic").${kind};`;
      assert.deepEqual(
        provider.sort(),
        Object.entries({ a: "preAllocation", net: "ipPool", rack: "preAllocationSet", vip: "ipClaim" }).map(
          ([name, kind]) => [name, literal(kind), literal(kind)],
        ),
      );
      assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: 4 });
      assert.deepEqual(await foldersFiles(stack.directory), []);
    });
  }

  it("give dependents every address in the first preview, and in the preview of a change", async () => {
    // Outputs, and an input of another resource. Both wait for values that the engine may not know yet.
    const source = (network: string, members: string) =>
      program(
        pool(network),
        `const a = new PreAllocation("a", { pool: pool.name, namespace: pool.namespace, host: "a" });
         const rack = new PreAllocationSet("rack", { pool: pool.name, namespace: pool.namespace, hosts: ${members} });
         const last = rack.addresses.apply((addresses) => Object.values(addresses).at(-1) ?? "");
         export const url = pulumi.interpolate\`http://\${a.address}/\${a.prefix}?via=\${a.gateway}&dns=\${a.dnsServers}\`;
         export const all = rack.addresses;
         export const networks = rack.allocations;
         new IPPool("second", { namespace: "metal3", pools: [{ start: "10.9.0.1", end: "10.9.0.9" }],
           annotations: { a: a.address, last, one: rack.addresses["r-1"]! } });`,
      );
    const stack = await engine().project({
      name: "known",
      program: source(`dnsServers: ["10.0.0.2"]`, `["r-1", "r-2"]`),
    });
    for (const next of [undefined, source(`dnsServers: ["10.0.0.3"]`, `["r-1", "r-3", "r-2", "r-4"]`)]) {
      if (next !== undefined) await stack.setProgram(next);
      const shown = expectSucceeded(await stack.preview());
      const seen = JSON.stringify([shown.outputs, shown.rows.map(({ inputs }) => inputs)]);
      assert.equal(seen.includes(unknown), false, seen);
      const done = expectSucceeded(await stack.up());
      assert.deepEqual(shown.outputs, done.outputs);
      assert.match(String(done.outputs.url), /^http:\/\/10\.0\.0\.1\d\/24\?via=10\.0\.0\.1&dns=/);
      const annotations = (result: typeof shown) =>
        result.rows.find(({ name }) => name === "second")?.inputs.annotations;
      assert.deepEqual(annotations(shown), annotations(done));
      assert.equal(String(done.outputs.url).includes("dns=10.0.0.3"), next !== undefined);
    }
  });

  it("say what to configure if there is neither a folder nor a cluster", async () => {
    const stack = await engine().project({ name: "nowhere", program: program(pool()), directory: null });
    const failed = expectFailed(await stack.preview(), /No cluster is configured: there is no KUBECONFIG and /);
    assert.match(failed.all, /pulumi config set metal3-ipam:directory/);
    assert.doesNotMatch(failed.all, /^\s+at /m);
  });

  it("give hosts with the same slot the addresses of the preview, in any order of checks", async () => {
    // As many hosts as addresses, so nearly all of them compete with another one.
    const six = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];
    const tiny = program(pool("", `{ start: "10.0.0.10", end: "10.0.0.15" }`), ...six.map((name) => host(name)));
    for (let run = 0; run < count(1, 3); run++) {
      const stack = await engine().project({ name: `clash-${run}`, program: tiny });
      const shown = expectSucceeded(await stack.preview()).outputs;
      assert.equal(new Set(Object.values(shown)).size, 6);
      assert.deepEqual(expectSucceeded(await stack.upAfterPreview()).outputs, shown);
    }
  });
});
