/** Lists existing objects by the ids that an import takes. */
import type { Ipam } from "../ipam/ipam";
import type { Properties } from "./handler";
import type { ListAnswer } from "./listing";
import { registry } from "./registry";
import type { Registry } from "./row";

/** `name`: the name of a row that has a list. */
export type List = (name: string, query: Properties) => Promise<ListAnswer>;

export function listOver(ipam: Ipam, defaultNamespace: string, { resources }: Registry = registry): List {
  return async (name, query) => {
    const list = resources[name]?.list;
    if (!list) throw new Error(`There is no list of ${name}.`);
    return list.ask(ipam, defaultNamespace, query);
  };
}
