/** How one kind is listed: what a list can be limited to, and who looks. */
import type { z } from "zod";
import { namespaceName, objectName } from "../api/names";
import type { Ipam } from "../ipam/ipam";
import type { Stored } from "../store/store";
import { type Arguments, readArguments } from "./arguments";
import { canonicalWords } from "./canonical";
import type { CheckFailure, Properties } from "./handler";
import { DEFAULT_NAMESPACE } from "./pool-reference";

export interface Listed {
  /** `namespace/name`, or `namespace/pool/claim`. */
  readonly id: string;
  readonly name: string;
}

export interface ListAnswer {
  /** Sorted by id. Undefined where the query is not known before the update. */
  readonly items: readonly Listed[] | undefined;
  /** All faults of the query at once; nothing is asked where there is one. */
  readonly failures: readonly CheckFailure[];
}

export interface Listing {
  /** What a query may say. */
  readonly query: z.ZodRawShape;
  readonly ask: (ipam: Ipam, defaultNamespace: string, query: Properties) => Promise<ListAnswer>;
}

/** Queries that there are so far. */
export const inNamespace = {
  namespace: namespaceName.optional().describe(`Namespace of the objects. ${DEFAULT_NAMESPACE}`),
};
export const inPool = {
  ...inNamespace,
  pool: objectName.optional().describe("Name of the IPPool. Default: all pools."),
};

/** `look` is asked for the objects of one namespace, once the query is in order. */
export function listing<Query extends typeof inNamespace>(
  query: Query,
  look: (ipam: Ipam, namespace: string, args: Arguments<Query>["args"]) => Promise<Listed[]>,
): Listing {
  return {
    query,
    ask: async (ipam, defaultNamespace, said) => {
      const { args, unknown, failures } = readArguments(query, canonicalWords(query, said));
      if (failures.length > 0) return { items: [], failures };
      if (unknown.size > 0) return { items: undefined, failures };
      const items = await look(ipam, args.namespace ?? defaultNamespace, args);
      return { items: items.sort((a, b) => (a.id < b.id ? -1 : 1)), failures };
    },
  };
}

/** An object by its own name. */
export function byName({ metadata: { namespace = "", name } }: Stored): Listed {
  return { id: `${namespace}/${name}`, name };
}
