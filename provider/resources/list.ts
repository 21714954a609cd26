/** What there is already and can be imported, by the ids that an import takes. */
import { readIPClaim } from "../api/metal3/ip-claim";
import { IP_CLAIM, IP_POOL } from "../api/metal3/kinds";
import { type Ipam, readPool } from "../ipam/ipam";
import type { Stored } from "../store/store";
import { readArguments } from "./arguments";
import type { CheckFailure, Properties } from "./handler";
import { type ResourceEntry, resources } from "./registry";

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

/** A set is the program's own: what it holds are PreAllocations. */
export type ListedKind = Exclude<keyof typeof resources, "preAllocationSet">;

export type List = (kind: ListedKind, query: Properties) => Promise<ListAnswer>;

type Look = (ipam: Ipam, namespace: string, pool: string | undefined) => Promise<Listed[]>;

const LOOKS: { readonly [kind in ListedKind]: Look } = {
  ipPool: async (ipam, namespace) => (await ipam.store.list(IP_POOL, namespace)).map(byName),
  ipClaim: async (ipam, namespace, pool) => {
    const claims = await ipam.store.list(IP_CLAIM, namespace);
    return claims.filter((claim) => pool === undefined || poolOf(claim) === pool).map(byName);
  },
  preAllocation: async (ipam, namespace, pool) => {
    const stored = await ipam.store.list(IP_POOL, namespace);
    const pools = stored.filter(({ metadata }) => pool === undefined || metadata.name === pool).map(readPool);
    return pools.flatMap(({ name, preAllocations }) =>
      [...preAllocations.keys()].map((claim) => ({ id: `${namespace}/${name}/${claim}`, name: claim })),
    );
  },
};

export function listOver(ipam: Ipam, defaultNamespace: string): List {
  return async (kind, query) => {
    const { list }: ResourceEntry = resources[kind];
    const { args, unknown, failures } = readArguments(list as typeof resources.ipClaim.list, query);
    if (failures.length > 0) return { items: [], failures };
    if (unknown.size > 0) return { items: undefined, failures };
    const items = await LOOKS[kind](ipam, args.namespace ?? defaultNamespace, args.pool);
    return { items: items.sort((a, b) => (a.id < b.id ? -1 : 1)), failures };
  };
}

function byName({ metadata: { namespace = "", name } }: Stored): Listed {
  return { id: `${namespace}/${name}`, name };
}

function poolOf(claim: Stored): string | undefined {
  const read = readIPClaim(claim);
  return read.ok ? read.value.poolName : undefined;
}
