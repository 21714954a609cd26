/** The version that each program of a run reports. It comes from the program, not from the settings of its build. */
import { join } from "node:path";
import type { Cluster } from "../testbed/cluster";
import { goEnvironment } from "../testbed/go-build";
import { goSdkModule } from "../testbed/go-programs";
import { installedPackage } from "../testbed/installed-package";
import { installedPython } from "../testbed/installed-python";
import { runOrFail } from "../testbed/run";
import { type ToolName, tool } from "../testbed/tools";

export async function ownWords(cluster: Cluster): Promise<Record<string, string>> {
  const [pulumi, etcd] = [await tool("pulumi"), await tool("etcd")];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const python = join(await installedPython(), "bin", "python");
  const script =
    'import importlib.metadata, platform; print(importlib.metadata.version("pulumi"), platform.python_version())';
  const [pythonSdk = "", pythonVersion = ""] = (await said(python, ["-c", script])).split(" ");
  const { gitVersion } = await cluster.api.get<{ gitVersion: string }>("/version");
  return {
    "Pulumi CLI": await said(pulumi, ["version"], { env }),
    Node: process.version,
    "@pulumi/pulumi": `v${await said(process.execPath, ["-p", "require('@pulumi/pulumi/version').version"], { cwd: await installedPackage() })}`,
    Python: `v${pythonVersion}`,
    "pulumi (Python)": `v${pythonSdk}`,
    "pulumi/sdk (Go)": await said("go", ["list", "-m", "-f", "{{.Version}}", "github.com/pulumi/pulumi/sdk/v3"], {
      cwd: goSdkModule,
      env: goEnvironment(),
    }),
    "pulumi-yaml": await builtFrom("pulumi-language-yaml", "github.com/pulumi/pulumi-yaml"),
    "kube-apiserver": gitVersion,
    etcd: `v${/etcd Version: (\S+)/.exec(await said(etcd, ["--version"]))?.[1]}`,
    "Metal3 IPAM": await builtFrom("ip-address-manager", "github.com/metal3-io/ip-address-manager"),
    "Cluster API": await builtFrom("ip-address-manager", "sigs.k8s.io/cluster-api"),
  };
}

async function said(file: string, args: string[], options: Parameters<typeof runOrFail>[2] = {}): Promise<string> {
  return (await runOrFail(file, args, options)).stdout.trim();
}

/** Metal3's controller has no flag for its version. But Go writes the modules of each program into it. */
async function builtFrom(name: ToolName, module: string): Promise<string> {
  const listed = await said("go", ["version", "-m", await tool(name)]);
  const found = listed.split("\n").map((line) => line.trim().split("\t"));
  return found.find(([kind, path]) => (kind === "dep" || kind === "mod") && path === module)?.[2] ?? "unknown";
}
