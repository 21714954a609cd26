/** The life cycle of a Dummy: a ConfigMap that holds one word. */
import { z } from "zod";
import type { Kind } from "../../../provider/api/kinds";
import { namespaceName, objectName } from "../../../provider/api/names";
import type { Ipam } from "../../../provider/ipam/ipam";
import { changedProperties, present, readArguments, without } from "../../../provider/resources/arguments";
import { computedProperties } from "../../../provider/resources/filled";
import type * as life from "../../../provider/resources/handler";
import { type ImportId, idParts } from "../../../provider/resources/imported";

export const CONFIG_MAP: Kind = {
  ...{ group: "", version: "v1", kind: "ConfigMap", plural: "configmaps" },
  namespaced: true,
};

export const dummyShape = {
  name: objectName.describe("Name of the ConfigMap. Default: the resource's logical name."),
  namespace: namespaceName.optional().describe("Namespace of the ConfigMap."),
  word: z.string().optional().describe("What it holds. Default: nothing."),
};
export const dummyOutputs = {
  name: z.string().describe("Name of the ConfigMap."),
  namespace: z.string().describe("Namespace of the ConfigMap."),
  word: z.string().optional().describe("What it holds."),
  length: z.int().describe("Length of the word."),
};
export const dummyId: ImportId = { kind: "Dummy", form: "<namespace>/<name>", parts: 2 };

const COMPUTED = computedProperties({ inputs: dummyShape, outputs: dummyOutputs });

export class DummyHandler implements life.Handler {
  readonly kind = "Dummy";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async check({ news }: life.CheckRequest): Promise<life.CheckResponse> {
    const { args, failures } = readArguments(dummyShape, without(news, COMPUTED));
    const { name, namespace = this.defaultNamespace, word } = args;
    if (failures.length === 0) await this.ipam.store.get(CONFIG_MAP, { namespace, name: String(name) });
    return {
      inputs: present({ name, namespace, word, length: word?.length ?? 0 }),
      failures,
      warnings: [],
      drift: [],
    };
  }

  preview(inputs: life.Properties): life.Properties {
    return inputs;
  }

  async diff({ olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const stables = ["name", "namespace"];
    const replaces = changedProperties(olds, news, stables);
    const changed = [...replaces, ...changedProperties(olds, news, ["word"])];
    return { changed, replaces, deleteBeforeReplace: true, stables };
  }

  async create({ inputs }: life.CreateRequest): Promise<life.CreateResponse> {
    const { name, namespace, word } = inputs as { name: string; namespace: string; word?: string };
    const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { word } };
    await this.ipam.store.create(CONFIG_MAP, manifest);
    return { id: `${namespace}/${name}`, outputs: inputs };
  }

  async read({ id }: life.ReadRequest): Promise<life.ReadResponse> {
    const [namespace = "", name = ""] = idParts(dummyId, id);
    const found = await this.ipam.store.get(CONFIG_MAP, { namespace, name });
    if (!found) return { id: "", outputs: {} };
    const { word } = (found as unknown as { data: { word?: string } }).data;
    const outputs = present({ name, namespace, word, length: word?.length ?? 0 });
    return { id, inputs: outputs, outputs };
  }

  async update({ id, news }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const [namespace = "", name = ""] = id.split("/");
    await this.ipam.store.patch(CONFIG_MAP, { namespace, name }, { data: { word: news.word ?? null } });
    return { outputs: news };
  }

  async delete({ id }: life.DeleteRequest): Promise<void> {
    const [namespace = "", name = ""] = id.split("/");
    await this.ipam.store.remove(CONFIG_MAP, { namespace, name });
  }
}
