/** How objects of one kind are listed: the filters of the query, and the function that looks. */
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
  /** Sorted by id. Undefined if the query is not known before the update. */
  readonly items: readonly Listed[] | undefined;
  /** All faults of the query at once. The backend is not asked if there is one. */
  readonly failures: readonly CheckFailure[];
}

export interface Listing {
  /** The filters of a query. */
  readonly query: z.ZodRawShape;
  readonly ask: (ipam: Ipam, defaultNamespace: string, query: Properties) => Promise<ListAnswer>;
}

/** The two kinds of query. */
export const inNamespace = {
  namespace: namespaceName.optional().describe(`Namespace of the objects. ${DEFAULT_NAMESPACE}`),
};
export const inPool = {
  ...inNamespace,
  pool: objectName.optional().describe("Name of the IPPool. Default: all pools."),
};

/** `look` gets the namespace of a query without faults, and finds its objects. */
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

/** An object with its own name. */
export function byName({ metadata: { namespace = "", name } }: Stored): Listed {
  return { id: `${namespace}/${name}`, name };
}
