import type { PulumiResult } from "../testbed/result";

/** All that a command has said, but for pools of other tests: these are in other namespaces of the same cluster. */
export function ownDiagnostics({ diagnostics }: PulumiResult): PulumiResult["diagnostics"] {
  return diagnostics.filter(({ message }) => !message.includes("Pools of two namespaces"));
}
