import ts from "typescript";
import { lineOf, parse, type Sources, walk } from "./imports";

const vagueNames = /(^|\/)(utils?|helpers?|common|types|misc)(\.[^/]*)?$/;
const longest = 300;

/** Files and folders whose name says nothing about their content. */
export function vagueFiles(sources: Sources): string[] {
  const isVague = (path: string): boolean => path.split("/").some((part) => vagueNames.test(part));
  return [...sources.keys()].filter(isVague).map((path) => `${path}: name it after what it does`);
}

/** Files of more than 300 lines. */
export function longFiles(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.trimEnd().split("\n").length;
    return lines > longest ? [`${path}: ${lines} lines, at most ${longest}`] : [];
  });
}

/** Every `any`: annotations, assertions, type arguments. Words in strings and comments do not count. */
export function uncheckedTypes(sources: Sources): string[] {
  return complaints(sources, (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? "any" : undefined));
}

/** Promises to do something later. They belong into the issue tracker. */
export function todos(sources: Sources): string[] {
  const mark = /\b(TO[D]O|FIX[M]E)\b/; // does not find itself
  return [...sources].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, index) => (mark.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

/**
 * Tests that run alone (a mistake that hides all others), and tests that do not run. A skipped one must say why in its name,
 * in parentheses or after a colon, as in `it.skip("survives a pivot (needs clusterctl)")`.
 */
export function idleTests(sources: Sources): string[] {
  return complaints(sources, (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
    const { expression, name } = node.expression;
    if (!ts.isIdentifier(expression) || !/^(describe|context|it|specify)$/.test(expression.text)) return undefined;
    const isExplained = /\(.{3,}\)|: .{3,}/.test(node.arguments[0]?.getText().slice(1, -1) ?? "");
    if (name.text === "only") return `${expression.text}.only hides all other tests`;
    return name.text === "skip" && !isExplained ? `${expression.text}.skip without a reason in its name` : undefined;
  });
}

function complaints(sources: Sources, about: (node: ts.Node) => string | undefined): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    walk(parse(path, text), (node) => {
      const complaint = about(node);
      if (complaint !== undefined) found.push(`${path}:${lineOf(node)}: ${complaint}`);
    });
  }
  return found;
}
