import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, copyFile, link } from "node:fs/promises";
import { basename, join } from "node:path";
import { cachedFolder, repository } from "./cache";
import { buildFlags, copyModuleFiles, type GoTool, goBuild, goEnvironment, goVersion } from "./go-build";
import { runOrFail } from "./run";
import { kubernetesPackage, versions } from "./versions";

/** Also determines the Cluster API of its definitions. */
export const metal3Module = `test/testbed/tools/metal3-ipam/${versions.metal3}`;

/** Also determines the CRDs of hosts and of CAPM3. */
export const hostsModule = "test/testbed/tools/metal3-hosts";

/** Also determines the CRDs of its pools. */
export const inClusterModule = "test/testbed/tools/in-cluster-ipam";

/**
 * The real tools that the tests run on, built from pinned modules. Nothing comes from PATH, because its version would be
 * part of the result without a record.
 */
export const tools = {
  pulumi: {
    module: `test/testbed/tools/pulumi/${versions.pulumi}`,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    tags: "osusergo,grpcnotrace",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${versions.pulumi}` },
    minutesCold: 4,
  },
  "pulumi-language-nodejs": {
    module: "test/testbed/tools/language-hosts",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    minutesCold: 1,
  },
  "pulumi-language-python": {
    module: "test/testbed/tools/language-hosts",
    package: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    minutesCold: 1,
  },
  "pulumi-language-yaml": {
    module: "test/testbed/tools/language-yaml",
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    minutesCold: 1,
  },
  /** This repository's own. */
  "pulumi-language-go": { module: "test/testbed/tools/language-go", package: ".", minutesCold: 1 },
  etcd: { module: "test/testbed/tools/etcd", package: "go.etcd.io/etcd/server/v3", minutesCold: 1 },
  "kube-apiserver": { ...kubernetes("kube-apiserver"), minutesCold: 4 },
  "kube-controller-manager": { ...kubernetes("kube-controller-manager"), minutesCold: 1 },
  kubectl: { ...kubernetes("kubectl"), minutesCold: 1 },
  /** Metal3's controller and its webhooks. */
  "ip-address-manager": {
    module: metal3Module,
    package: "github.com/metal3-io/ip-address-manager",
    minutesCold: 2,
  },
  /** Metal3's infrastructure provider for Cluster API (CAPM3). It makes the IPClaims of hosts. */
  "cluster-api-provider-metal3": {
    module: hostsModule,
    package: "github.com/metal3-io/cluster-api-provider-metal3",
    minutesCold: 2,
  },
  /** Cluster API's IPAM provider that keeps its pools in the cluster. */
  "cluster-api-ipam-provider-in-cluster": {
    module: inClusterModule,
    package: "sigs.k8s.io/cluster-api-ipam-provider-in-cluster",
    minutesCold: 2,
  },
  clusterctl: {
    module: "test/testbed/tools/clusterctl",
    package: "sigs.k8s.io/cluster-api/cmd/clusterctl",
    variables: {
      "sigs.k8s.io/cluster-api/version.gitVersion": "v1.14.2",
      "sigs.k8s.io/cluster-api/version.gitMajor": "1",
      "sigs.k8s.io/cluster-api/version.gitMinor": "14",
    },
    minutesCold: 2,
  },
  /** Fedora CoreOS' check of an Ignition config. */
  "ignition-validate": {
    module: "test/testbed/tools/ignition",
    package: "github.com/coreos/ignition/v2/validate",
    minutesCold: 1,
  },
  /** Pulumi's Kubernetes provider. Programs find it by `kubernetesPlugin` (kubernetes-plugin.ts). */
  "pulumi-resource-kubernetes": {
    module: "test/testbed/tools/pulumi-kubernetes",
    package: ".",
    variables: { "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": kubernetesPackage },
    files: {
      module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
      paths: ["schema.json", "terraform-mapping.json"].map((file) => `cmd/pulumi-resource-kubernetes/${file}`),
    },
    minutesCold: 3,
  },
  /** Writes this repository's SDKs from schema.json. */
  "generate-sdk": { module: "sdk/generate", package: ".", minutesCold: 1 },
} satisfies Record<string, GoTool>;

/** Without a version `kubectl` and the server would call themselves v0.0.0, and clients look at it. */
function kubernetes(program: string) {
  const version = versions.kubernetes;
  const [major = "", minor = ""] = version.split(".");
  const variables = {
    "k8s.io/component-base/version.gitVersion": `v${version}`,
    "k8s.io/component-base/version.gitMajor": major,
    "k8s.io/component-base/version.gitMinor": minor,
  };
  return { module: `test/testbed/tools/kubernetes/${version}`, package: `k8s.io/kubernetes/cmd/${program}`, variables };
}

export type ToolName = keyof typeof tools;

const found = new Map<ToolName, Promise<string>>();

/** Path of a built tool. Builds it first if necessary. Looks once for each run, because `go version` takes time. */
export function tool(name: ToolName): Promise<string> {
  const path = found.get(name) ?? toolFolder(name).then((folder) => join(folder, name));
  found.set(name, path);
  return path;
}

async function toolFolder(name: ToolName): Promise<string> {
  const recipe: GoTool = tools[name];
  const source = join(repository, recipe.module);
  const files = recipe.files?.paths ?? [];
  const key = hashOf(await goVersion(source), recipe.package, ...buildFlags(recipe), ...files, ...textsOf(source));
  return cachedFolder(`${name}-${key}`, async (folder) => {
    await goBuild(name, recipe, source, join(folder, name));
    if (recipe.files) await copyModuleFiles(recipe.files, source, folder);
  });
}

const onPath: readonly ToolName[] = [
  "pulumi",
  "pulumi-language-nodejs",
  "pulumi-language-python",
  "pulumi-language-yaml",
  "pulumi-language-go",
];

/**
 * The first folder on PATH of an engine under test: `pulumi`, its language hosts, the launchers of Python programs
 * and of dynamic providers in one place (from elsewhere on PATH the CLI would warn about them, or miss them).
 */
export async function engineTools(): Promise<string> {
  const built: string[] = [];
  for (const name of onPath) built.push(await tool(name)); // one after another: each uses all cores
  const scripts = [
    join(repository, "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs"),
    await pythonLauncher(),
  ];
  const texts = scripts.map((script) => readFileSync(script, "utf8"));
  return cachedFolder(`engine-${hashOf(...built, ...texts)}`, async (folder) => {
    for (const path of built) {
      const target = join(folder, basename(path));
      await link(path, target).catch(() => copyFile(path, target)); // a copy if links are not possible
    }
    for (const script of scripts) {
      const target = join(folder, basename(script));
      await copyFile(script, target);
      await chmod(target, 0o755);
    }
  });
}

/** The script with which the Python host starts programs. It comes with Pulumi's releases, and is in the module of its SDK. */
async function pythonLauncher(): Promise<string> {
  const source = join(repository, tools.pulumi.module);
  const name = "pulumi-language-python-exec";
  const folder = await cachedFolder(`${name}-${hashOf(...textsOf(source))}`, async (half) => {
    const download = ["mod", "download", "-json", "github.com/pulumi/pulumi/sdk/v3"];
    const { stdout } = await runOrFail("go", download, { cwd: source, env: goEnvironment() });
    await copyFile(join(JSON.parse(stdout).Dir, "python", "cmd", name), join(half, name));
  });
  return join(folder, name);
}

/** go.mod and go.sum, and the source if it is a program of this repository, with modules below it. */
function textsOf(source: string): string[] {
  const ours = (readdirSync(source, { recursive: true }) as string[]).filter((file) => /\.go$|\/go\.mod$/.test(file));
  return ["go.mod", "go.sum", ...ours.sort()].map((file) => readFileSync(join(source, file), "utf8"));
}

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}
