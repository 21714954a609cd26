import { definitionSets, definitions } from "./cluster/definitions";
import { withGo } from "./go-programs";
import { networkReaders, pythonPeers } from "./installed-python";
import { engineTools, type ToolName, tool, tools } from "./tools";

/** `make tools`: builds all tools of the tests, one after another, and prints their paths. */
async function makeTools(): Promise<void> {
  process.stdout.write(`${await engineTools()}\n`);
  for (const name of Object.keys(tools) as ToolName[]) process.stdout.write(`${await tool(name)}\n`);
  for (const set of definitionSets) process.stdout.write(`${await definitions(set)}\n`);
  process.stdout.write(`${await pythonPeers()}\n`);
  process.stdout.write(`${await networkReaders()}\n`);
  await withGo({});
}

makeTools().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
