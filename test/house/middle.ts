/** Rules for the floors in the middle: ipam behind its façade, one meaning for each name, and no guesses from texts. */
import ts from "typescript";
import { importsOf, lineOf, parse, type Sources, walk } from "./imports";

const FACADE =
  /^provider\/ipam\/(ipam|pool-object|claim-object|address-claims|errors|wording|environment|vocabulary)\.ts$/;

/** Imports of `resources` that reach behind the façade of `ipam`. */
export function reachesBehind(sources: Sources): string[] {
  return importsOf(sources)
    .filter(({ from, target }) => from.startsWith("provider/resources/") && target.startsWith("provider/ipam/"))
    .filter(({ target }) => !FACADE.test(target))
    .map(({ from, line, target }) => `${from}:${line}: must not import ${target}`);
}

const OF_TEXTS = new Set(["startsWith", "endsWith", "match", "matchAll", "search", "test", "exec", "split"]);

/** The places that read a meaning out of a text: its beginning, its end, its parts or a pattern. `file: code`. */
export function readings(sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    walk(parse(path, text), (node) => {
      if (ts.isRegularExpressionLiteral(node)) found.push(`${path}: ${node.text}`);
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      const { name } = node.expression;
      const [first] = node.arguments;
      // A pattern counts alone.
      if (!OF_TEXTS.has(name.text) || !first || ts.isRegularExpressionLiteral(first)) return;
      if (!ts.isRegularExpressionLiteral(node.expression.expression))
        found.push(`${path}: .${name.text}(${first.getText()})`);
    });
  }
  return found.sort();
}

/** Top-level functions with the same name in several files. */
export function namesakes(sources: Sources): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const [path, text] of sources) {
    for (const statement of parse(path, text).statements) {
      if (!ts.isFunctionDeclaration(statement) || !statement.name) continue;
      const name = statement.name.text;
      places.set(name, [...(places.get(name) ?? []), path]);
    }
  }
  return new Map([...places].filter(([, files]) => files.length > 1));
}

/** Words in identifiers and comments for which the field has another word. */
export function privateWords(sources: Sources, words: ReadonlyMap<RegExp, string>): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = spoken(path, text);
    return [...lines].flatMap(([line, said]) =>
      [...words].flatMap(([word, instead]) =>
        [...said.matchAll(new RegExp(word, "gi"))].map(([found]) => `${path}:${line}: ${found}: ${instead}`),
      ),
    );
  });
}

/** The words of a file by line, without its literal texts: identifiers in single words, and comments. */
function spoken(path: string, text: string): Map<number, string> {
  const source = parse(path, text);
  const said = new Map<number, string>();
  const say = (line: number, words: string) => said.set(line, `${said.get(line) ?? ""} ${words}`);
  walk(source, (node) => {
    if (ts.isIdentifier(node)) say(lineOf(node), node.text.replaceAll(/([a-z])([A-Z])/g, "$1 $2"));
  });
  for (const { index, 0: comment } of text.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)) {
    const first = source.getLineAndCharacterOfPosition(index).line + 1;
    for (const [offset, line] of comment.split("\n").entries()) say(first + offset, line);
  }
  return said;
}
