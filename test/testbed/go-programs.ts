import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./cache";
import { goEnvironment } from "./go-build";
import { COLD_MS, runOrFail } from "./run";
import { versions } from "./versions";

const sdk = join(repository, "sdk", "go");

/**
 * The folder of this SDK's go.mod and go.sum with the run's version
 * of Pulumi's SDK. A program may use a newer one than required.
 */
const isRequired = readFileSync(join(sdk, "go.mod"), "utf8").includes(`pulumi/sdk/v3 v${versions.goSdk}\n`);
export const goSdkModule = isRequired ? sdk : join(__dirname, "tools", "go-sdk", versions.goSdk);

/** go.mod and go.sum of a program that uses this SDK. Like an example it finds it two folders up. */
export function goModule(name: string): Record<string, string> {
  const [own, sum] = ["go.mod", "go.sum"].map((file) => readFileSync(join(goSdkModule, file), "utf8")) as [
    string,
    string,
  ];
  const ours = "pulumi-metal3-ipam/sdk/go";
  const needs = `require ${ours} v0.0.0\n\nreplace ${ours} => ../../sdk/go\n`;
  return { "go.mod": `${own.replace(/^module .*$/m, `module ${name}`)}\n${needs}`, "go.sum": sum };
}

let settings: Promise<Record<string, string>> | undefined;

/** The environment for a Go build with the developer's Go and its caches. go.sum decides the versions. */
export async function withGo(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  settings ??= goSettings();
  const { GOROOT, ...go } = await settings;
  return { ...env, ...go, PATH: `${env.PATH}:${join(GOROOT ?? "", "bin")}` };
}

/** Also compiles all parts of such a program. That takes a minute once, which a command of a test does not have. */
async function goSettings(): Promise<Record<string, string>> {
  const options = {
    cwd: sdk,
    env: { ...goEnvironment(), GOFLAGS: "-mod=readonly -trimpath -buildvcs=false -ldflags=-w" },
  };
  await runOrFail("go", ["build", `-modfile=${join(goSdkModule, "go.mod")}`, "./..."], {
    ...options,
    timeoutMs: COLD_MS,
  });
  const names = ["GOROOT", "GOCACHE", "GOMODCACHE", "GOPROXY", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOTOOLCHAIN"];
  const fixed = ["CGO_ENABLED", "GOFLAGS", "GOWORK"];
  const { stdout } = await runOrFail("go", ["env", "-json", ...names, ...fixed], { ...options });
  return JSON.parse(stdout);
}
