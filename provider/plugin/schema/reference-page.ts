/** Writes docs/resources.md: the schema's text about each resource, function, type and setting. */
import { type Example, examples, mainFiles, programOf } from "./examples";
import type { EnumSpec, ObjectSpec, PackageSpec, PropertySpec, PropertySpecs, TypeSpec } from "./format";
import { importSection } from "./imports";

const SOURCES = "../provider/plugin/schema/examples";

export function referencePage({ provider, resources, functions, types, config }: PackageSpec): string {
  const described = Object.entries({ ...resources, ...functions, Provider: provider }).map(
    ([token, { description }]) => [nameOf(token), prose(description)] as const,
  );
  const summaries = inOrder(described, ([kind]) => kind);
  const linked = linksTo(described.map(([kind]) => kind));
  const kinds = [
    ...Object.entries(resources).map(([token, { description, inputProperties, requiredInputs, properties = {} }]) => {
      const kind = nameOf(token);
      const tables = [table("Arguments", inputProperties, requiredInputs), table("Outputs", properties)];
      return [kind, section(kind, linked(kind, prose(description)), [...tables, importSection(kind, "###")])] as const;
    }),
    ...Object.entries(functions).map(([token, { description, inputs, outputs }]) => {
      const kind = nameOf(token);
      const tables = [table("Arguments", inputs.properties, inputs.required), table("Result", outputs.properties)];
      return [kind, section(kind, linked(kind, prose(description)), tables)] as const;
    }),
    ["Provider", section("Provider", prose(provider.description), [table("Settings", config.variables)])] as const,
  ];
  const asked = argumentTypes(resources, types);
  const parts = [
    introduction(summaries),
    ...inOrder(kinds, ([kind]) => kind).map(([, text]) => text),
    "## Types",
    ...Object.entries(types).map(([token, spec]) => typeSection(nameOf(token), spec, asked.has(token))),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Sorted in the order of the examples. */
function inOrder<Item>(items: readonly Item[], kindOf: (item: Item) => string): Item[] {
  const place = Object.keys(examples);
  return [...items].sort((a, b) => place.indexOf(kindOf(a)) - place.indexOf(kindOf(b)));
}

function introduction(summaries: readonly (readonly [kind: string, prose: string])[]): string {
  const rows = summaries.map(([kind, text]) => `| [${kind}](#${anchor(kind)}) | ${cell(firstSentence(text))} |`);
  return `<!-- \`npm run schema\` writes this page from the descriptions in provider/resources. Edit these, not the page. -->

# Resources and functions

| | |
|---|---|
${rows.join("\n")}

Names are as TypeScript and YAML write them. For \`excludeReserved\` Python has \`exclude_reserved\`, and Go \`ExcludeReserved\`.`;
}

function section(kind: string, text: string, parts: readonly (string | undefined)[]): string {
  const present = parts.filter((part) => part !== undefined);
  return [`## ${kind}`, text, ...shownExamples(kind), ...present].join("\n\n");
}

/** The description without its examples and its import. */
function prose(description: string): string {
  return description.split("\n\n{{% examples %}}")[0] ?? "";
}

function shownExamples(kind: string): string[] {
  return (examples[kind] ?? []).map(
    (example) => `### Example: ${lowerFirst(example.title)}

${block("ts", programOf(example, "typescript"))}

<details>
<summary>The same in YAML</summary>

${block("yaml", programOf(example, "yaml"))}

</details>

The same in ${source(example, "Python", "python")} and ${source(example, "Go", "go")}.`,
  );
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function source({ folder }: Example, name: string, language: "python" | "go"): string {
  return `[${name}](${SOURCES}/${folder}/${mainFiles[language]})`;
}

function table(heading: string, specs: PropertySpecs, required: readonly string[] = []): string {
  return `### ${heading}\n\n${rowsOf(specs, required)}`;
}

/** Puts required properties first. A table without any has no column for it. */
function rowsOf(specs: PropertySpecs, required: readonly string[]): string {
  const all = Object.entries(specs);
  const isRequired = ([name]: [string, PropertySpec]): boolean => required.includes(name);
  const sorted = [...all.filter(isRequired), ...all.filter((one) => !isRequired(one))];
  const column = (text: string): string[] => (required.length > 0 ? [text] : []);
  const rows = sorted.map(([name, spec]) => {
    const marks = column(required.includes(name) ? "yes" : "");
    return `| ${[`\`${name}\``, typeText(spec), ...marks, cell(spec.description ?? "")].join(" | ")} |`;
  });
  const head = ["name", "type", ...column("required"), "meaning"];
  return `| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}\n${rows.join("\n")}`;
}

function typeText(spec: PropertySpec): string {
  const { $ref, type = "", items, additionalProperties, oneOf, secret } = spec;
  if ($ref !== undefined) return `[${nameOf($ref)}](#${anchor(nameOf($ref))})`;
  if (oneOf) return oneOf.map((one) => typeText(one)).join(" or ");
  if (items) return `list of ${plural(items)}`;
  if (additionalProperties) return `map of ${plural(additionalProperties)}`;
  return secret ? `${type}, secret` : type;
}

function plural(spec: TypeSpec): string {
  return spec.$ref === undefined ? `${typeText(spec)}s` : typeText(spec);
}

/** The types of arguments. Only for these does a reader need to know what is required. */
function argumentTypes(resources: PackageSpec["resources"], types: PackageSpec["types"]): ReadonlySet<string> {
  const inputs = JSON.stringify(Object.values(resources).map(({ inputProperties }) => inputProperties));
  return new Set(Object.keys(types).filter((token) => inputs.includes(`"#/types/${token}"`)));
}

function typeSection(name: string, spec: ObjectSpec | EnumSpec, isArgument: boolean): string {
  const described = `### ${name}\n\n${spec.description ?? ""}`;
  if (spec.type === "object") return `${described}\n\n${rowsOf(spec.properties, isArgument ? spec.required : [])}`;
  const rows = spec.enum.map(({ value, description = "" }) => `| \`${value}\` | ${cell(description)} |`);
  return `${described}\n\n| value | meaning |\n|---|---|\n${rows.join("\n")}`;
}

/** The name in a token such as `metal3-ipam:index:IPPool`, or in a reference to a type. */
function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

/** GitHub's anchor for a heading of one word. */
function anchor(heading: string): string {
  return heading.toLowerCase();
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function firstSentence(text: string): string {
  return text.match(/^.*?\.(?=\s|$)/s)?.[0] ?? text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Turns the names of other kinds into links to their sections. */
function linksTo(kinds: readonly string[]): (own: string, text: string) => string {
  const names = new RegExp(`(?<!\`)\\b(${kinds.join("|")})\\b`, "g");
  return (own, text) => text.replace(names, (name) => (name === own ? name : `[${name}](#${anchor(name)})`));
}
