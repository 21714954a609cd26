/** The package's schema, which SDKs of all languages are generated from: the registry in Pulumi's words. */
import type { Config } from "../../config";
import { inWordsOf } from "../../ipam/vocabulary";
import { PACKAGE, tokenOf } from "../../pulumi/tokens";
import { pulumiWords } from "../../pulumi/vocabulary";
import { configuration } from "../../resources/configuration";
import { type FunctionEntry, functions, type ResourceEntry, resources } from "../../resources/registry";
import type { FunctionSpec, PackageSpec, ResourceSpec } from "./format";
import { NamedTypes } from "./named-types";

/** What package.json says. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly peerDependencies: Readonly<Record<"@pulumi/pulumi", string>>;
}

function packageSchema(manifest: Manifest): PackageSpec {
  const { version, description, keywords } = manifest;
  const types = new NamedTypes(PACKAGE);
  const variables = types.object(configuration satisfies Record<keyof Config, unknown>).properties;
  return {
    name: PACKAGE,
    displayName: "Metal3 IPAM",
    version,
    description,
    keywords,
    config: { variables },
    provider: {
      description: "Says where the pools are kept: in a folder of Metal3 manifests, or in a cluster.",
      inputProperties: variables,
      requiredInputs: [],
    },
    resources: byToken(Object.values<ResourceEntry>(resources), (entry) => resourceSpec(types, entry)),
    functions: byToken(Object.values<FunctionEntry>(functions), (entry) => functionSpec(types, entry)),
    types: types.specs,
    language: languages(manifest),
  };
}

/** In Pulumi's words. Keys in order, so that the file does not depend on the order of declarations. */
export function schemaText(manifest: Manifest): string {
  return `${JSON.stringify(written(packageSchema(manifest)), undefined, 2)}\n`;
}

function resourceSpec(types: NamedTypes, entry: ResourceEntry): ResourceSpec {
  const inputs = types.object(entry.inputs);
  const { properties, required } = types.object(entry.outputs);
  return {
    description: entry.description,
    properties,
    required,
    inputProperties: inputs.properties,
    requiredInputs: inputs.required.filter((name) => !entry.filledIn.includes(name)),
    ...(entry.list && { listInputs: types.object(entry.list) }),
    aliases: [{ type: dynamicType(entry.kind) }],
  };
}

/** What a dynamic resource is called in state: a program that goes over to the plugin keeps what it has reserved. */
function dynamicType(kind: string): string {
  return `pulumi-nodejs:dynamic/${PACKAGE}:${kind}`;
}

function functionSpec(types: NamedTypes, { description, inputs, outputs }: FunctionEntry): FunctionSpec {
  return { description, inputs: types.object(inputs), outputs: types.object(outputs) };
}

function languages({ name, peerDependencies }: Manifest): PackageSpec["language"] {
  const pulumi = peerDependencies["@pulumi/pulumi"];
  return {
    nodejs: { packageName: name, respectSchemaVersion: true, dependencies: { "@pulumi/pulumi": pulumi } },
    python: {
      packageName: name.replaceAll("-", "_"),
      respectSchemaVersion: true,
      pyproject: { enabled: true },
      requires: { pulumi: pulumi.replace(" ", ",") },
    },
    go: {
      importBasePath: `${name}/sdk/go/metal3ipam`,
      rootPackageName: "metal3ipam",
      respectSchemaVersion: true,
      generateResourceContainerTypes: true,
    },
  };
}

function byToken<Entry extends { readonly kind: string }, Spec>(
  entries: readonly Entry[],
  spec: (entry: Entry) => Spec,
): Record<string, Spec> {
  return Object.fromEntries(entries.map((entry) => [tokenOf(entry.kind), spec(entry)]));
}

function written(value: unknown): unknown {
  if (typeof value === "string") return inWordsOf(pulumiWords, value);
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, written(member)]));
}
