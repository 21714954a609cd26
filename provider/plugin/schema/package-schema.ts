/** The package's schema: the registry in Pulumi's form. SDKs for all languages are generated from it. */
import type { Config } from "../../config";
import { inWordsOf } from "../../ipam/vocabulary";
import { DRIFT_INPUT } from "../../pulumi/drift-input";
import { PACKAGE, tokenOf } from "../../pulumi/tokens";
import { pulumiWords } from "../../pulumi/vocabulary";
import { configuration } from "../../resources/configuration";
import { registry } from "../../resources/registry";
import type { Registry, ResourceRow, Row } from "../../resources/row";
import { withExamples } from "./examples";
import type { FunctionSpec, PackageSpec, ResourceSpec } from "./format";
import { importSection } from "./imports";
import { NamedTypes } from "./named-types";

/** The used part of package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly homepage: string;
  readonly repository: { readonly url: string };
  readonly license: string;
  readonly author: string;
  readonly peerDependencies: Readonly<Record<"@pulumi/pulumi", string>>;
}

function packageSchema(manifest: Manifest, { resources, functions }: Registry): PackageSpec {
  const { version, description, keywords, homepage, repository, license, author } = manifest;
  const types = new NamedTypes(PACKAGE);
  const variables = types.object(configuration satisfies Record<keyof Config, unknown>).properties;
  return {
    name: PACKAGE,
    displayName: "Metal3 IPAM",
    version,
    description,
    keywords,
    homepage,
    repository: browsed(repository.url),
    license,
    publisher: author,
    config: { variables },
    provider: {
      description: withExamples(
        "The settings say where the pools are kept: in a folder of Metal3 manifests, or in a cluster.\n\nA setting can also belong to the stack, for example `pulumi config set metal3-ipam:directory ./manifests`. A program can create several providers, for example one for each namespace.",
        "Provider",
      ),
      inputProperties: variables,
      requiredInputs: [],
    },
    resources: byToken(Object.values(resources), (row) => resourceSpec(types, row)),
    functions: byToken(Object.values(functions), (row) => functionSpec(types, row)),
    types: types.specs,
    language: languages(manifest),
  };
}

/** npm uses the address for git, `git+https://….git`. Pulumi uses the address for a browser. */
function browsed(url: string): string {
  return url.replace(/^git\+/, "").replace(/\.git$/, "");
}

/**
 * The schema as text, with Pulumi's names for commands and settings. The keys are sorted, so that the file does not depend
 * on the order of declarations.
 */
export function schemaText(manifest: Manifest, rows: Registry = registry): string {
  return `${JSON.stringify(written(packageSchema(manifest, rows)), undefined, 2)}\n`;
}

/** The engine shows this input in a diff, and the schema has no property of that name. */
const DRIFTED =
  `A preview of drift shows an input \`${DRIFT_INPUT}\`, which the provider adds. ` +
  "It says what was found, what was expected, and who made the change if that is known.";

function resourceSpec(types: NamedTypes, row: ResourceRow): ResourceSpec {
  const inputs = types.object(row.inputs);
  const { properties, required } = types.object(row.outputs);
  return {
    description: [withExamples(`${row.description}\n\n${DRIFTED}`, row.kind), importSection(row.kind)]
      .filter(Boolean)
      .join("\n\n"),
    properties,
    required,
    inputProperties: inputs.properties,
    requiredInputs: inputs.required.filter((name) => !row.filledIn.includes(name)),
    ...(row.list && { listInputs: types.object(row.list.query) }),
    aliases: [{ type: dynamicType(row.kind) }],
  };
}

/**
 * The type of a dynamic resource in state. As an alias, it lets a program that changes to the plugin keep its reservations.
 */
function dynamicType(kind: string): string {
  return `pulumi-nodejs:dynamic/${PACKAGE}:${kind}`;
}

/** The answer that a preview shows depends on the language, because the SDKs decide it and not the plugin. */
const PREVIEWED =
  "An argument can come from a resource that does not exist yet. Go and YAML then preview the planned answer. TypeScript, JavaScript and Python show it after the update.";

function functionSpec(types: NamedTypes, { kind, description, inputs, outputs }: Row): FunctionSpec {
  return {
    description: withExamples(`${description}\n\n${PREVIEWED}`, kind),
    inputs: types.object(inputs),
    outputs: types.object(outputs),
  };
}

/**
 * The first version that understands the types of the generated SDK: an optional argument has the type `Input[Optional[T]]`.
 */
const pythonPulumi = ">=3.231.0,<4";

function languages({ name, peerDependencies }: Manifest): PackageSpec["language"] {
  const pulumi = peerDependencies["@pulumi/pulumi"];
  return {
    nodejs: { packageName: name, respectSchemaVersion: true, dependencies: { "@pulumi/pulumi": pulumi } },
    python: {
      packageName: name.replaceAll("-", "_"),
      respectSchemaVersion: true,
      pyproject: { enabled: true },
      requires: { pulumi: pythonPulumi },
    },
    go: {
      importBasePath: `${name}/sdk/go/metal3ipam`,
      rootPackageName: "metal3ipam",
      respectSchemaVersion: true,
      generateResourceContainerTypes: true,
    },
  };
}

function byToken<Row extends { readonly kind: string }, Spec>(
  rows: readonly Row[],
  spec: (row: Row) => Spec,
): Record<string, Spec> {
  return Object.fromEntries(rows.map((row) => [tokenOf(row.kind), spec(row)]));
}

function written(value: unknown): unknown {
  if (typeof value === "string") return inWordsOf(pulumiWords, value);
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, written(member)]));
}
