/** Calls the package's functions, and compares their answers with the shapes that SDKs are made from. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { Functions, Handlers } from "../../provider/compose";
import { getIPAddressResult } from "../../provider/resources/functions/get-ip-address-arguments";
import { getIPPoolResult } from "../../provider/resources/functions/get-ip-pool-arguments";
import { holderShape } from "../../provider/resources/functions/holder-shape";
import { planSubnet } from "../../provider/resources/functions/plan-subnet";
import { renderNetworkConfigResult } from "../../provider/resources/functions/render-network-config-arguments";
import type { Properties } from "../../provider/resources/handler";
import type { Declared, Stack } from "./program";

export type Process = Handlers & Functions;

const holders = z.array(z.strictObject(holderShape));
const shapes = {
  getIPPool: z.strictObject({ ...getIPPoolResult, holders, orphans: holders }),
  getIPAddress: z.strictObject(getIPAddressResult),
  planSubnet: z.strictObject(planSubnet.outputs),
  renderNetworkConfig: z.strictObject(renderNetworkConfigResult),
};

export function processOf(stack: Stack): Process {
  return stack.handlers();
}

/** The process of a preview: it checks these, and writes nothing. */
export async function previewOf(stack: Stack, program: readonly Declared[]): Promise<Process> {
  const process = processOf(stack);
  for (const { kind, as, args } of program) {
    const owner = { stack: stack.name, resource: as };
    const { failures } = await process[kind].check({ owner, olds: stack.state.get(as)?.inputs, news: args });
    assert.deepEqual(failures, [], as);
  }
  return process;
}

/** For good arguments. Throws what the function throws. */
export async function ask(process: Process, name: keyof Functions, args: Properties): Promise<Properties> {
  const { result, failures } = await process[name].invoke(args);
  assert.deepEqual(failures, []);
  assert.deepEqual(shapes[name].safeParse(result).error?.issues ?? [], []);
  return result;
}

/** The holders of the pool `net`, by address. */
export async function holdersOf(process: Process): Promise<Record<string, Properties>> {
  const { holders } = await ask(process, "getIPPool", { name: "net" });
  return Object.fromEntries((holders as { address: string }[]).map((one) => [one.address, one]));
}

/** The answer for an address that the stack `metal/dev` has reserved. */
export const reserved = (address: string, claimName: string, resource: string, inUse = false) => ({
  ...heldBy("lock", address, claimName, inUse),
  stack: "metal/dev",
  resource,
});

export const heldBy = (by: string, address: string, claimName: string, inUse = false) => ({
  address,
  claimName,
  by,
  addressName: `net-${address.replace(/[.:]/g, "-")}`,
  inUse,
});
