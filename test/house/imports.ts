import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

/** The repository's root. */
export const root = dirname(dirname(__dirname));

/** Source texts by their path from the root, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** One import of a file. `target` is a path of this repository (a key of the sources), or the name of a package. */
export interface Import {
  readonly from: string;
  readonly line: number;
  readonly target: string;
  readonly isOurs: boolean;
}

/** All files below the folders with this end of the name. */
export function readSources(folders: readonly string[], ending = ".ts"): Sources {
  const sources = new Map<string, string>();
  const add = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = posix.join(path, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules") add(inner);
      else if (entry.name.endsWith(ending)) sources.set(inner, readFileSync(join(root, inner), "utf8"));
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) add(folder);
  return sources;
}

/** The syntax tree of a source text, with parents. */
export const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);

/** Line of a node, counted from 1. */
export const lineOf = (node: ts.Node): number =>
  node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;

/** Calls `visit` for a node and all below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Every import of every file: static, of types only, re-exports, `import()` (also of types) and `require()`. */
export function importsOf(sources: Sources): Import[] {
  const found: Import[] = [];
  for (const [from, text] of sources) {
    walk(parse(from, text), (node) => {
      const name = specifierOf(node);
      if (name === undefined) return;
      const target = name.startsWith(".") ? resolve(from, name, sources) : name;
      found.push({ from, line: lineOf(node), target, isOurs: name.startsWith(".") });
    });
  }
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isExternalModuleReference(node)) return textOf(node.expression); // import x = require("…")
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === "require");
  return loads ? textOf(node.arguments[0]) : undefined;
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

/** As Node and the compiler find it. A file that is not among the sources keeps its plain path. */
function resolve(from: string, name: string, sources: Sources): string {
  const path = posix.join(posix.dirname(from), name).replace(/\.js$/, "");
  return [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => sources.has(candidate)) ?? path;
}
