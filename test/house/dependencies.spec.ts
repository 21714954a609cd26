/** The dependencies are pinned, and few. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly dependencies?: Record<string, string>;
}

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "../..", file), "utf8"));
const { "": _project, ...locked }: Record<string, Locked> = read("package-lock.json").packages;

describe("dependencies", () => {
  it("are pinned by content, for any registry", () => {
    const loose = Object.entries(locked).filter(([, { version, integrity, resolved }]) => {
      return version === undefined || !/^sha512-/.test(integrity ?? "") || resolved !== undefined;
    });
    assert.deepEqual(loose, []);
  });

  it("at run time are the four of package.json, which have none themselves", () => {
    const shipped = Object.entries(locked).filter(([, { dev, peer }]) => !dev && !peer);
    assert.deepEqual(
      shipped.map(([path, { dependencies }]) => [path.replace("node_modules/", ""), Object.keys(dependencies ?? {})]),
      Object.keys(read("package.json").dependencies).map((name) => [name, []]),
    );
    assert.equal(shipped.length, 4);
  });
});
