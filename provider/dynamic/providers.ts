/**
 * What a state's provider text requires: one dynamic provider for each resource class. A program that imports the classes
 * pays nothing for them; the backend's code is loaded at the first call, in the provider process.
 */
import type { dynamic } from "@pulumi/pulumi";
import type { Handlers } from "../compose";
import { composeForDynamic } from "../pulumi/compose";
import { connectEngine, engineLog } from "../pulumi/engine-log";
import { dynamicProvider } from "./provider";
import { startSession } from "./session";

const { warn, note } = engineLog(connectEngine);
const session = startSession<Handlers>(async (config) => {
  const { handlers, warnings } = await composeForDynamic(config);
  await warn(warnings);
  return handlers;
});

/** `name`: as the registry has it. */
export function providerOf(name: keyof Handlers): dynamic.ResourceProvider {
  return dynamicProvider({
    configure: session.configure,
    handler: async () => (await session.handlers())[name],
    warn,
    note,
  });
}
