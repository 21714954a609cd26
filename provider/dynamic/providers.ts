/**
 * The dynamic providers that a provider text in state requires: one for each resource class. A program can import the
 * classes without loading the backend's code. The provider process loads it at the first call.
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

/** `name`: the name in the registry. */
export function providerOf(name: keyof Handlers): dynamic.ResourceProvider {
  return dynamicProvider({
    configure: session.configure,
    handler: async () => (await session.handlers())[name],
    warn,
    note,
  });
}
