/** The Pulumi that the user has installed, for `make example`. Tests always run on the one that is built for them. */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { defaults } from "./versions";

/** The versions that the tests have run on. */
export const testedVersions: readonly string[] = [`v${defaults.pulumi}`];

/** The files that an example's language needs in addition to `pulumi`. Releases have all of them in one folder. */
const companions: Readonly<Record<string, readonly string[]>> = {
  nodejs: ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
  python: ["pulumi-language-python", "pulumi-language-python-exec"],
  go: ["pulumi-language-go"],
  yaml: ["pulumi-language-yaml"],
};

/** The folder of a Pulumi that can run the example, or the reason why there is none. */
export type FoundPulumi = { readonly folder: string; readonly version: string } | { readonly shortcoming: string };

export function pulumiOnPath(language: string, path = process.env.PATH ?? ""): FoundPulumi {
  const found = path.split(delimiter).find((folder) => folder !== "" && existsSync(join(folder, "pulumi")));
  if (found === undefined) return { shortcoming: "there is no pulumi on the PATH" };
  const version = versionOf(join(found, "pulumi"));
  if (!testedVersions.includes(version)) {
    return {
      shortcoming: `the tests have not run on ${join(found, "pulumi")}, ${version || "which reports no version"}`,
    };
  }
  // A package manager may link only `pulumi`, and the other files are next to the target.
  const folders = [found, dirname(realpathSync(join(found, "pulumi")))];
  const needed = companions[language] ?? [`pulumi-language-${language}`];
  const folder = folders.find((one) => needed.every((name) => existsSync(join(one, name))));
  if (folder === undefined) return { shortcoming: `${found} has no ${needed.join(" and ")} next to pulumi` };
  return { folder, version };
}

function versionOf(pulumi: string): string {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return execFileSync(pulumi, ["version"], { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
