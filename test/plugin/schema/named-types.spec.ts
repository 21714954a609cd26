import assert from "node:assert/strict";
import { z } from "zod";
import { addressText } from "../../../provider/api/address-text";
import { NamedTypes } from "../../../provider/plugin/schema/named-types";

describe("a shape in Pulumi's words", () => {
  const row = z.strictObject({ at: addressText.describe("Where.") }).meta({ id: "Row", description: "A row." });
  const word = z.enum(["a", "b"]).meta({ id: "Word", description: "A word.", words: { a: "The first.", b: "Last." } });

  const forms: [form: string, schema: z.ZodType, spec: object][] = [
    ["text", z.string(), { type: "string" }],
    ["text that is parsed", addressText, { type: "string" }],
    ["a whole number with limits", z.int().min(0).max(128), { type: "integer" }],
    ["a number", z.number(), { type: "number" }],
    ["a flag", z.boolean(), { type: "boolean" }],
    ["a list", z.array(z.string()).min(1), { type: "array", items: { type: "string" } }],
    ["a map", z.record(z.string(), z.boolean()), { type: "object", additionalProperties: { type: "boolean" } }],
    ["one of two types", z.union([z.number(), z.string()]), { oneOf: [{ type: "number" }, { type: "string" }] }],
    [
      "a list or a flag",
      z.union([z.array(z.string()), z.boolean()]),
      { oneOf: [{ type: "array", items: { type: "string" } }, { type: "boolean" }] },
    ],
    ["a named object", row, { $ref: "#/types/p:index:Row" }],
    ["a list of them", z.array(row), { type: "array", items: { $ref: "#/types/p:index:Row" } }],
    [
      "a map of them",
      z.record(z.string(), row),
      { type: "object", additionalProperties: { $ref: "#/types/p:index:Row" } },
    ],
    ["a choice", word, { $ref: "#/types/p:index:Word" }],
    ["a secret", z.string().meta({ secret: true }), { type: "string", secret: true }],
    [
      "what is to go",
      z.string().meta({ deprecationMessage: "Gone." }),
      { type: "string", deprecationMessage: "Gone." },
    ],
  ];
  for (const [form, schema, spec] of forms) {
    it(`is ${form}`, () => {
      const types = new NamedTypes("p");
      assert.deepEqual(types.object({ x: schema.describe("X."), y: schema.optional().describe("Y.") }), {
        type: "object",
        properties: { x: { ...spec, description: "X." }, y: { ...spec, description: "Y." } },
        required: ["x"],
      });
    });
  }

  it("has its named objects and choices among the types", () => {
    const types = new NamedTypes("p");
    types.object({ row: row.optional() });
    types.object({ rows: z.array(row), word });
    assert.deepEqual(types.specs, {
      "p:index:Row": {
        description: "A row.",
        type: "object",
        properties: { at: { description: "Where.", type: "string" } },
        required: ["at"],
      },
      "p:index:Word": {
        description: "A word.",
        type: "string",
        enum: [
          { value: "a", description: "The first." },
          { value: "b", description: "Last." },
        ],
      },
    });
  });

  const refused: [what: string, schema: z.ZodType, error: RegExp][] = [
    ["an object without a name", z.object({ a: z.string() }), /^Error: x is an object or a choice without a name/],
    ["one in a list", z.array(z.object({ a: z.string() })), /^Error: x\[\] is an object or a choice without a name/],
    ["a choice without a name", z.enum(["a"]), /^Error: x is an object or a choice without a name/],
    ["anything", z.unknown(), /^Error: x: Pulumi has no word for \{\}/],
    ["null", z.null(), /^Error: x: Pulumi has no word for \{"type":"null"\}/],
    ["a date, which is no JSON", z.date(), /cannot be represented in JSON Schema/],
  ];
  for (const [what, schema, error] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => new NamedTypes("p").object({ x: schema }), error));
  }

  it("refuses two types of one name", () => {
    const types = new NamedTypes("p");
    types.object({ x: z.enum(["a"]).meta({ id: "Twice" }) });
    assert.throws(
      () => types.object({ x: z.enum(["b"]).meta({ id: "Twice" }) }),
      /^Error: two types are called p:index:Twice/,
    );
  });
});
