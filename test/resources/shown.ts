/** The two commands of a plan, each in a process of its own, on a machine with or without a memory. */
import { handlersOver } from "../../provider/compose";
import type { PreviewMemory } from "../../provider/ipam/pool/preview-memory";
import type { Properties } from "../../provider/resources/handler";
import type { Store } from "../../provider/store/store";
import { type Declared, testEnvironment } from "./program";

/** Logical name → address, or host → address of a set. */
export type Addresses = Record<string, unknown>;

export interface Updated {
  readonly given: Addresses;
  readonly warnings: string[];
  /** Logical name → why it was not created. */
  readonly refused: Record<string, string>;
}

export async function preview(
  store: Store,
  previews: PreviewMemory,
  program: readonly Declared[],
  stack = "metal/dev",
): Promise<Addresses> {
  const handlers = handlersOver(store, testEnvironment({ previews }), "metal3");
  const shown: Addresses = {};
  for (const { kind, as, args } of program) {
    const { inputs, failures } = await handlers[kind].check({
      owner: { stack, resource: as },
      olds: undefined,
      news: args,
    });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    note(shown, as, inputs);
  }
  return shown;
}

/** `pulumi up --skip-preview` of what is not in state yet. `before`: what happens between checks and creates. */
export async function update(
  store: Store,
  previews: PreviewMemory,
  program: readonly Declared[],
  { stack = "metal/dev", before = async () => undefined as unknown } = {},
): Promise<Updated> {
  const handlers = handlersOver(store, testEnvironment({ previews }), "metal3");
  const warnings: string[] = [];
  const operation = { warn: async (text: string) => void warnings.push(text) };
  const updated: Updated = { given: {}, warnings, refused: {} };
  const creates: (() => Promise<void>)[] = [];
  for (const { kind, as, args } of program) {
    const owner = { stack, resource: as };
    const { inputs, failures } = await handlers[kind].check({ owner, olds: undefined, news: args });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const create = async () => {
      try {
        note(updated.given, as, (await handlers[kind].create({ owner, inputs, operation })).outputs);
      } catch (error) {
        updated.refused[as] = (error as Error).message;
      }
    };
    if (kind === "ipPool") await create();
    else creates.push(create);
  }
  await before();
  for (const create of creates) await create();
  return updated;
}

function note(addresses: Addresses, as: string, { address, addresses: all }: Properties): void {
  if (all ?? address) addresses[as] = all ?? address;
}
