import type { PulumiResult } from "../testbed/result";

/** The output of a command, without the pools of other tests, which are in other namespaces of the same cluster. */
export function ownDiagnostics({ diagnostics }: PulumiResult): PulumiResult["diagnostics"] {
  return diagnostics.filter(({ message }) => !message.includes("Pools of two namespaces"));
}
