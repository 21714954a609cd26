/** The schema and the handlers agree: the handlers accept what an SDK offers, and return what it promises. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CustomResource } from "@pulumi/pulumi";
import { z } from "zod";
import { type Functions, type Handlers, handlersOver } from "../../../provider/compose";
import type { Config } from "../../../provider/config";
import type { EnumSpec, ObjectSpec, PackageSpec, PropertySpec } from "../../../provider/plugin/schema/format";
import { printed } from "../../../provider/pulumi/failed-check";
import { tokenOf } from "../../../provider/pulumi/tokens";
import type { configuration } from "../../../provider/resources/configuration";
import type { Properties } from "../../../provider/resources/handler";
import { functions, resources } from "../../../provider/resources/registry";
import { openMemoryStore } from "../../../provider/store/memory-store";
import type * as dynamic from "../../../sdk/dynamic";
import { claim, host, hosts, pool } from "../../resources/declare";
import { Stack, testEnvironment } from "../../resources/program";
import { repository } from "../../testbed/cache";

const schema = JSON.parse(readFileSync(join(repository, "schema.json"), "utf8")) as PackageSpec;
const kinds = Object.keys(resources) as (keyof Handlers)[];
const specOf = (kind: keyof Handlers) => schema.resources[tokenOf(resources[kind].kind)] ?? assert.fail(kind);

/** The failures of a check, each as [property, reason]. */
async function failures(kind: keyof Handlers, news: Properties): Promise<[string, string][]> {
  const owner = { stack: "metal/dev", resource: "mine" };
  const { failures } = await new Stack(openMemoryStore()).handlers()[kind].check({ owner, olds: undefined, news });
  return failures.map(printed).map(({ property, reason }) => [property, reason]);
}

const reasonFor = async (kind: keyof Handlers, property: string, value: unknown) =>
  new Map(await failures(kind, { [property]: value })).get(property);

/** The properties that a fault lists: `is not a property. Choose one of a, b.` */
const propertiesIn = (reason: string) => reason.replace(/^is not a property\. Choose one of |\.$/g, "").split(", ");

const typeOf = ({ $ref, items }: PropertySpec) => schema.types[($ref ?? items?.$ref ?? "").replace("#/types/", "")];
const isEnum = (type: ObjectSpec | EnumSpec | undefined): type is EnumSpec => type?.type === "string";
const isObject = (type: ObjectSpec | EnumSpec | undefined): type is ObjectSpec => type?.type === "object";

for (const kind of kinds) {
  describe(`inputs in the schema: ${kind}`, () => {
    const { inputProperties, requiredInputs } = specOf(kind);

    it("belong to the handler's token", () => {
      assert.equal(new Stack(openMemoryStore()).handlers()[kind].kind, resources[kind].kind);
    });

    it("are those that check accepts", async () => {
      const reason = await reasonFor(kind, "noSuch", 1);
      const accepted = propertiesIn(reason ?? "");
      assert.deepEqual(Object.keys(inputProperties), accepted.sort());
    });

    it("are required if check requires them, except for filled-in ones", async () => {
      const { filledIn } = resources[kind] as { filledIn: readonly string[] };
      const wanting = (await failures(kind, {})).flatMap(([name, why]) => (why === "is required." ? [name] : []));
      assert.deepEqual(requiredInputs, wanting.filter((name) => !filledIn.includes(name)).sort());
    });

    it("have the types that check requires", async () => {
      const wrong = { string: 1, boolean: "yes", integer: 0.5, array: {}, object: [] };
      for (const [name, { type }] of Object.entries(inputProperties)) {
        if (type === undefined) continue;
        assert.match(
          (await reasonFor(kind, name, wrong[type as keyof typeof wrong])) ?? "",
          /, but must be .+\.$/,
          name,
        );
      }
    });

    for (const [name, property] of Object.entries(inputProperties)) {
      const type = typeOf(property);
      if (isEnum(type)) {
        it(`have the words of ${name}`, async () => {
          const words = type.enum.map(({ value }) => JSON.stringify(value)).join(", ");
          assert.equal(await reasonFor(kind, name, "other"), `"other" is not one of ${words}.`);
        });
      }
      if (isObject(type)) {
        it(`have the properties of ${name}`, async () => {
          const row = Object.fromEntries([...Object.keys(type.properties), "other"].map((key) => [key, {}]));
          const [at, value] = property.items ? [`${name}[0].`, [row]] : [`${name}.`, row];
          const faulty = await failures(kind, { [name]: value });
          const of = faulty.filter(([place]) => place.startsWith(at));
          const unknown = of.filter(([, reason]) => reason.startsWith("is not a property."));
          assert.deepEqual(
            unknown.map(([place]) => place),
            [`${at}other`],
          );
          assert.deepEqual(of.map(([place]) => place.replace(at, "")).sort(), Object.keys(row).sort());
        });
      }
    }
  });
}

for (const name of Object.keys(functions) as (keyof Functions)[]) {
  describe(`inputs in the schema: ${name}`, () => {
    const { kind } = functions[name];
    const { inputs } = schema.functions[tokenOf(kind)] ?? assert.fail(kind);
    const handler = handlersOver(openMemoryStore(), testEnvironment(), "metal3")[name];
    const asked = async (args: Properties) => (await handler.invoke(args)).failures.map(printed);

    it("belong to the handler's kind", () => assert.equal(handler.kind, kind));

    it("are those that the function accepts", async () => {
      const reason = (await asked({ noSuch: 1 })).find(({ property }) => property === "noSuch")?.reason ?? "";
      const accepted = propertiesIn(reason);
      assert.deepEqual(Object.keys(inputs.properties), accepted.sort());
    });

    it("are required if the function requires them", async () => {
      const wanting = (await asked({})).filter(({ reason }) => reason === "is required.");
      assert.deepEqual(
        inputs.required,
        wanting.map(({ property }) => property),
      );
    });
  });
}

describe("outputs in the schema", () => {
  /** What state has in addition to inputs and outputs, for the next run and not for programs. */
  const hidden = ["pinned", "target", "token"];
  const stack = new Stack(openMemoryStore());
  before(() => stack.up([pool({ dnsServers: ["10.0.0.2"] }), host("a"), hosts(["b"]), claim("vip")]));

  /** An IPAddressClaim needs a cluster with a provider. */
  const names: Record<Exclude<keyof Handlers, "ipAddressClaim">, string> = {
    ipPool: "net",
    preAllocation: "a",
    preAllocationSet: "rack",
    ipClaim: "vip",
  };
  for (const kind of Object.keys(names) as (keyof typeof names)[]) {
    it(`are what ${kind} has after an update`, () => {
      const outputs = stack.outputs(names[kind]);
      const { inputProperties, properties = {}, required = [] } = specOf(kind);
      assert.equal(z.object(resources[kind].outputs).safeParse(outputs).error?.message, undefined);
      assert.deepEqual(
        required.filter((name) => outputs[name] === undefined),
        [],
      );
      const unnamed = Object.keys(outputs).filter((name) => !(name in properties) && !(name in inputProperties));
      assert.deepEqual(
        unnamed.sort(),
        hidden.filter((name) => name in outputs),
      );
    });
  }
});

/** Compiles only if two unions of names are equal. */
type Same<A extends string, B extends string> = [A, B] extends [B, A]
  ? true
  : { onlyHere: Exclude<A, B>; onlyThere: Exclude<B, A> };
type Own<R> = Exclude<keyof R, keyof CustomResource> & string;
type Names<Shape> = keyof Shape & string;
type Table = typeof resources;

describe("the doors", () => {
  it("have the same inputs, outputs and configuration", () => {
    const same: readonly true[] = [
      true satisfies Same<Names<dynamic.IPPoolArgs>, Names<Table["ipPool"]["inputs"]>>,
      true satisfies Same<Names<dynamic.IPClaimArgs>, Names<Table["ipClaim"]["inputs"]>>,
      true satisfies Same<Names<dynamic.IPAddressClaimArgs>, Names<Table["ipAddressClaim"]["inputs"]>>,
      true satisfies Same<Names<dynamic.PreAllocationArgs>, Names<Table["preAllocation"]["inputs"]>>,
      true satisfies Same<Names<dynamic.PreAllocationSetArgs>, Names<Table["preAllocationSet"]["inputs"]>>,
      true satisfies Same<Own<dynamic.IPPool>, Names<Table["ipPool"]["outputs"]>>,
      true satisfies Same<Own<dynamic.IPClaim>, Names<Table["ipClaim"]["outputs"]>>,
      true satisfies Same<Own<dynamic.IPAddressClaim>, Names<Table["ipAddressClaim"]["outputs"]>>,
      true satisfies Same<Own<dynamic.PreAllocation>, Names<Table["preAllocation"]["outputs"]>>,
      true satisfies Same<Own<dynamic.PreAllocationSet>, Names<Table["preAllocationSet"]["outputs"]>>,
      true satisfies Same<Names<Config>, Names<typeof configuration>>,
    ];
    assert.equal(same.length, 2 * kinds.length + 1);
  });
});
