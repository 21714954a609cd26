import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnumSpec, ObjectSpec, PackageSpec, PropertySpecs } from "../../../provider/plugin/schema/format";
import { schemaText } from "../../../provider/plugin/schema/package-schema";
import { repository } from "../../testbed/cache";
import { run } from "../../testbed/run";
import { tool } from "../../testbed/tools";

const text = readFileSync(join(repository, "schema.json"), "utf8");
const schema = JSON.parse(text) as PackageSpec;
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

/** A place, and its description. */
type Said = [place: string, description: string | undefined];

/** Everything that an editor or a page of documentation shows. */
function described({ config, provider, types, resources, functions }: PackageSpec): Said[] {
  const properties = (place: string, specs: PropertySpecs = {}): Said[] =>
    Object.entries(specs).map(([name, { description }]) => [`${place}.${name}`, description]);
  const type = (token: string, spec: ObjectSpec | EnumSpec): Said[] =>
    spec.type === "object"
      ? properties(token, spec.properties)
      : spec.enum.map(({ value, description }) => [`${token}.${value}`, description]);
  const named = { provider, ...types, ...resources, ...functions };
  return [
    ...Object.entries(named).map(([token, { description }]): Said => [token, description]),
    ...properties("config", config.variables),
    ...properties("provider", provider.inputProperties),
    ...Object.entries(types).flatMap(([token, spec]) => type(token, spec)),
    ...Object.entries(resources).flatMap(([token, spec]) => [
      ...properties(`${token} input`, spec.inputProperties),
      ...properties(`${token} output`, spec.properties),
      ...properties(`${token} list`, spec.listInputs?.properties),
    ]),
    ...Object.entries(functions).flatMap(([token, { inputs, outputs }]) => [
      ...properties(`${token} input`, inputs.properties),
      ...properties(`${token} output`, outputs.properties),
    ]),
  ];
}

describe("schema.json", () => {
  it("matches the shapes (otherwise run npm run schema)", () => assert.equal(text, schemaText(manifest)));

  it("describes everything, in whole sentences", () => {
    const all = described(schema);
    assert.ok(all.length > 100, `${all.length} descriptions`);
    const examples = /\n\n\{\{% examples %\}\}\n.*\{\{% \/examples %\}\}$/s;
    const wanting = all.filter(([, description = ""]) => !/^[A-Z`].*\.$/s.test(description.replace(examples, "")));
    assert.deepEqual(wanting, []);
  });

  it("shows each example in every language, marked for Pulumi's generators", () => {
    const { description } = schema.functions["metal3-ipam:index:getIPPool"] ?? assert.fail();
    assert.match(
      description,
      /\{\{% examples %\}\}\n## Example Usage\n\n\{\{% example %\}\}\n### How full a pool is\n/,
    );
    assert.deepEqual(description.match(/^```[a-z]+$/gm), ["```typescript", "```python", "```go", "```yaml"]);
  });

  it("makes only the kubeconfig secret", () => {
    const secret = (specs: PropertySpecs) => Object.keys(specs).filter((name) => specs[name]?.secret);
    assert.deepEqual(secret(schema.config.variables), ["kubeconfig"]);
    assert.deepEqual(secret(schema.provider.inputProperties), ["kubeconfig"]);
    assert.equal(text.match(/"secret"/g)?.length, 2);
  });

  it("has the package's license, publisher and addresses", () => {
    const address = "https://github.com/pulumi-metal3-ipam/pulumi-metal3-ipam";
    const { license, publisher, homepage, repository } = schema;
    assert.deepEqual([license, publisher], ["Apache-2.0", "pulumi-metal3-ipam maintainers"]);
    assert.deepEqual([homepage, repository], [address, address]);
  });

  it("has the package's version, and requires the same Pulumi as the package", () => {
    const { nodejs, python } = schema.language as Record<string, { dependencies?: object; requires?: object }>;
    assert.equal(schema.version, manifest.version);
    // Only the components of `pulumi-metal3-ipam/hosts` need the other peer.
    const { "@pulumi/kubernetes": _kubernetes, ...peers } = manifest.peerDependencies;
    assert.deepEqual(nodejs?.dependencies, peers);
    assert.deepEqual(python?.requires, { pulumi: ">=3.231.0,<4" });
  });
});

describe("pulumi schema check", () => {
  let home: string;
  before(async function () {
    this.timeout(30 * 60_000); // a cold machine builds the CLI first
    await tool("pulumi");
    home = await mkdtemp(join(tmpdir(), "metal3-ipam-schema-"));
  });
  after(() => rm(home, { recursive: true, force: true }));

  async function check(stdin: string) {
    const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true", NO_COLOR: "1" };
    return run(await tool("pulumi"), ["schema", "check", "-"], { env, stdin });
  }

  it("finds nothing in it", async () => {
    const { code, all } = await check(text);
    assert.deepEqual({ code, all }, { code: 0, all: "" });
  });

  it("would find a missing type", async () => {
    const { code, stderr } = await check(
      text.replace('"metal3-ipam:index:Allocation": {', '"metal3-ipam:index:Other": {'),
    );
    assert.equal(code, 1);
    assert.match(stderr, /#\/resources\/metal3-ipam:index:PreAllocationSet\/.*Allocation/);
  });
});
