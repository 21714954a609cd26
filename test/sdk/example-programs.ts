/** All examples of the schema in one program for each language. Their names and subnets differ, so that they fit together. */
import { parse, stringify } from "yaml";
import { type Example, examples, type Language, mainFiles, programOf } from "../../provider/plugin/schema/examples";
import type { ProgramSpec, Runtime } from "../testbed/program";

const all: readonly Example[] = Object.values(examples).flat();

/** The files of each example in its own folder, and a main file that runs them. */
function inFolders(language: Language, main: string): Record<string, string> {
  const file = mainFiles[language];
  const texts = all.map((example) => [`${example.folder}/${file}`, programOf(example, language)]);
  return { ...Object.fromEntries(texts), [file]: main };
}

function typescript(): Record<string, string> {
  return inFolders("typescript", all.map(({ folder }) => `export * from "./${folder}";\n`).join(""));
}

function python(): Record<string, string> {
  const folders = JSON.stringify(all.map(({ folder }) => folder));
  return inFolders(
    "python",
    `from pathlib import Path
from runpy import run_path
for folder in ${folders}:
    run_path(str(Path(__file__).with_name(folder) / "__main__.py"))
`,
  );
}

const GO_START = "func main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n";
const GO_END = "\n\t})\n}";

/** A process can have one `pulumi.Run` only, so the function of each example gets a name. */
function go(): Record<string, string> {
  const functions = all.map(({ folder }) => folder.replaceAll("-", "_"));
  const texts = all.map((example, index) => {
    const text = programOf(example, "go");
    if (!text.includes(GO_START) || !text.endsWith(GO_END)) throw new Error(`${example.folder}: another frame`);
    const body = text
      .slice(0, -GO_END.length)
      .replace(GO_START, `func ${functions[index]}(ctx *pulumi.Context) error {\n`);
    return [`${functions[index]}.go`, `${body}\n}\n`];
  });
  const calls = functions.map((name) => `\t\tif err := ${name}(ctx); err != nil {\n\t\t\treturn err\n\t\t}\n`);
  const main = `package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

${GO_START}${calls.join("")}\t\treturn nil${GO_END}
`;
  return { ...Object.fromEntries(texts), "main.go": main };
}

function yaml(): Record<string, string> {
  const programs = all.map((example) => parse(programOf(example, "yaml")) as Record<string, object>);
  const sections = ["config", "resources", "variables", "outputs"];
  const whole = sections.map((section) => [section, Object.assign({}, ...programs.map((one) => one[section]))]);
  return { "Main.yaml": stringify(Object.fromEntries(whole)) };
}

/** By the language's name in a Pulumi project. */
export const examplePrograms: Readonly<Partial<Record<Runtime, () => NonNullable<ProgramSpec["files"]>>>> = {
  yaml,
  "ts-node": typescript,
  python,
  go,
};
