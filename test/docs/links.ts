/** The links of all Markdown files of the repository. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface Link {
  /** The file that has it. */
  readonly page: string;
  readonly line: number;
  readonly target: string;
}

/** Not ours, or a part that another page takes in with its links. */
const skipped = /^(node_modules|dist|\..*|known\.md)$/;

/** Their paths below `root`, sorted. */
export function markdownFiles(root: string, folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !skipped.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(root, path);
      return entry.name.endsWith(".md") ? [relative(root, path)] : [];
    })
    .sort();
}

export function linksOf(page: string, text: string): Link[] {
  return prose(text).flatMap((words, index) => {
    const inText = [...words.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)|(?:href|src)="([^"]+)"/g)];
    const below = /^\[[^\]]+\]: +(\S+)/.exec(words);
    const targets = [...inText.map(([, inline, html]) => inline ?? html), below?.[1]];
    return targets.flatMap((target) => (target === undefined ? [] : { page, line: index + 1, target }));
  });
}

export const isExternal = ({ target }: Link): boolean => /^[a-z]+:/.test(target);

/** The reason why a reader who follows this link gets nowhere. */
export function fault(root: string, { page, target }: Link): string | undefined {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  if (file.startsWith("..")) return "leads out of the repository";
  if (!existsSync(join(root, file))) return "there is no such file";
  if (anchor === undefined) return undefined;
  if (statSync(join(root, file)).isDirectory() || !file.endsWith(".md")) return undefined; // GitHub's own: lines of code, say
  return anchorsOf(readFileSync(join(root, file), "utf8")).includes(anchor) ? undefined : "there is no such heading";
}

/** GitHub's names of a page's headings. A second one of the same name ends in `-1`. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = ""]) => name);
  const headings = fenced(text).flatMap((line) => /^#{1,6} +(.+?) *#*$/.exec(line)?.[1] ?? []);
  const anchors = headings.map((heading) => {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const name = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replace(/ /g, "-");
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  });
  return [...anchors, ...named];
}

/** The lines without code blocks, which are empty instead, so that numbers stay. */
function fenced(text: string): string[] {
  let fence: string | undefined;
  return text.split("\n").map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    const isInside = fence !== undefined;
    if (mark !== undefined) fence = isInside ? (line.trim() === fence ? undefined : fence) : mark;
    return isInside || mark !== undefined ? "" : line;
  });
}

/** The lines without any code. */
const prose = (text: string): string[] => fenced(text).map((line) => line.replace(/`[^`]*`/g, "code"));
