/**
 * Programs that show how to use a resource or a function, each in all languages. They are complete files that run, and the
 * schema and the reference page quote them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Example {
  readonly title: string;
  /** A folder of `examples`. */
  readonly folder: string;
}

/** Examples by kind, in the order in which a reader sees them. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  IPPool: [
    { title: "A subnet", folder: "ip-pool" },
    { title: "Two ranges, and a DHCP server in the same network", folder: "ip-pool-ranges" },
  ],
  PreAllocation: [{ title: "Two control-plane hosts, one of them with a fixed address", folder: "pre-allocation" }],
  PreAllocationSet: [{ title: "A rack of workers", folder: "pre-allocation-set" }],
  IPClaim: [{ title: "Virtual IPs", folder: "ip-claim" }],
  IPAddressClaim: [{ title: "An address of a pool of any provider", folder: "ip-address-claim" }],
  getIPPool: [{ title: "How full a pool is", folder: "get-ip-pool" }],
  getIPAddress: [{ title: "The address of a claim, and the holder of an address", folder: "get-ip-address" }],
  renderNetworkConfig: [{ title: "The network of a host with a bond and a VLAN", folder: "render-network-config" }],
  planSubnet: [{ title: "Addresses of hosts, and a DHCP server for the others", folder: "plan-subnet" }],
  Provider: [
    { title: "Pools in a folder of manifests", folder: "provider-directory" },
    { title: "Pools in a cluster", folder: "provider-kubeconfig" },
  ],
};

/** The main file of a program, by the language's name in Pulumi's schema. */
export const mainFiles = {
  typescript: "index.ts",
  python: "__main__.py",
  go: "main.go",
  yaml: "Main.yaml",
} as const;

export type Language = keyof typeof mainFiles;

/** The text of an example's program, without the newline at its end. */
export function programOf({ folder }: Example, language: Language): string {
  return readFileSync(join(__dirname, "examples", folder, mainFiles[language]), "utf8").trimEnd();
}

/**
 * A description with the examples of its kind. They are marked in the form that Pulumi's generators expect, and each SDK
 * keeps only its own language.
 */
export function withExamples(description: string, kind: string): string {
  const shown = (examples[kind] ?? []).map((example) => {
    const languages = Object.keys(mainFiles) as Language[];
    const blocks = languages.map((language) => `\`\`\`${language}\n${programOf(example, language)}\n\`\`\``);
    return `{{% example %}}\n### ${example.title}\n\n${blocks.join("\n\n")}\n{{% /example %}}`;
  });
  if (shown.length === 0) return description;
  return `${description}\n\n{{% examples %}}\n## Example Usage\n\n${shown.join("\n\n")}\n{{% /examples %}}`;
}
