/** Prints all links that lead out of the repository, each with its places. No test follows them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { isExternal, linksOf, markdownFiles } from "./links";

const places = new Map<string, string[]>();
for (const page of markdownFiles(repository)) {
  for (const link of linksOf(page, readFileSync(join(repository, page), "utf8")).filter(isExternal)) {
    places.set(link.target, [...(places.get(link.target) ?? []), `${page}:${link.line}`]);
  }
}
for (const [target, found] of [...places].sort()) process.stdout.write(`${target} ${found.join(" ")}\n`);
