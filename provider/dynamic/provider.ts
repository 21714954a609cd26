/**
 * The dynamic door: a handler in the form that the dynamic provider host of @pulumi/pulumi needs (cmd/dynamic-provider). It
 * translates and decides nothing.
 */
import type { dynamic } from "@pulumi/pulumi";
import type { EngineLog } from "../pulumi/engine-log";
import { unprinted } from "../pulumi/failed-check";
import type { WireProperties } from "../pulumi/wire";
import { type Handler, linesOf } from "../resources/handler";
import { isHidden, ownerOf, seal, unseal } from "./envelope";
import { DoorError } from "./failure";

export type DynamicProvider = Required<dynamic.ResourceProvider<WireProperties, WireProperties>>;

/** The parts of the process that the door needs. */
export interface Surroundings {
  configure(config: dynamic.Config): void;
  handler(): Promise<Handler>;
  readonly warn: EngineLog["warn"];
  readonly note: EngineLog["note"];
}

export function dynamicProvider({ configure, handler, warn, note }: Surroundings): DynamicProvider {
  const operation = { warn: (text: string) => warn([text]) };
  return {
    async configure({ config }) {
      configure(config);
    },

    async check(olds, news) {
      const before = unseal(olds);
      const { envelope, content } = unseal(news);
      const {
        inputs,
        failures,
        warnings,
        drift,
        stackWarnings = [],
        notes = [],
      } = await forUser(async () =>
        (await handler()).check({
          owner: ownerOf(envelope),
          olds: Object.keys(before.content).length === 0 ? undefined : before.content,
          news: content,
        }),
      );
      await warn([...warnings, ...stackWarnings]);
      await note(notes);
      return {
        inputs: seal(drift.length === 0 ? inputs : { ...inputs, drift: linesOf(drift) }, envelope),
        failures: failures.map(unprinted),
      };
    },

    async diff(id, olds, news) {
      const before = unseal(olds);
      const { envelope, content, drift } = unseal(news);
      const { changed, replaces, deleteBeforeReplace, stables } = await forUser(async () =>
        (await handler()).diff({ owner: ownerOf(envelope), id, olds: before.content, news: content }),
      );
      return {
        changes: drift.length > 0 || changed.some((property) => !isHidden(property)),
        replaces: replaces.filter((property) => !isHidden(property)),
        deleteBeforeReplace,
        stables: [...stables],
      };
    },

    async create(inputs) {
      const { envelope, content } = unseal(inputs);
      const { id, outputs } = await forUser(
        async () => (await handler()).create({ owner: ownerOf(envelope), inputs: content, operation }),
        (outputs) => seal(outputs, envelope),
      );
      return { id, outs: seal(outputs, envelope) };
    },

    async read(id, state = {}) {
      const { envelope, content } = unseal(state);
      const read = await forUser(async () => (await handler()).read({ id, state: content }));
      const { id: found, outputs, warnings = [] } = read;
      await warn(warnings);
      return { id: found, props: seal(outputs, envelope) };
    },

    async update(id, olds, news) {
      const before = unseal(olds);
      const { envelope, content } = unseal(news);
      const { outputs } = await forUser(
        async () =>
          (await handler()).update({ owner: ownerOf(envelope), id, olds: before.content, news: content, operation }),
        (outputs) => seal(outputs, envelope),
      );
      return { outs: seal(outputs, envelope) };
    },

    async delete(id, state) {
      const { envelope, content } = unseal(state);
      await forUser(async () => (await handler()).delete({ owner: ownerOf(envelope), id, state: content, operation }));
    },
  };
}

async function forUser<T>(call: () => Promise<T>, sealed?: ConstructorParameters<typeof DoorError>[1]): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new DoorError(error, sealed);
  }
}
