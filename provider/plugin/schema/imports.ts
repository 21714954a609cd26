/** The import of an existing resource: the parts of its id, and a complete command. */
interface Import {
  readonly id: string;
  readonly command: string;
}

export const imports: Readonly<Record<string, Import>> = {
  IPPool: {
    id: "The id is `<namespace>/<name>`. The pool comes without its `preAllocations`: import these as a PreAllocationSet.",
    command: "pulumi import metal3-ipam:index:IPPool provisioning metal3/provisioning",
  },
  PreAllocation: {
    id: "The id is `<namespace>/<pool>/<host>`, or `<namespace>/<pool>/<claim>`.",
    command: "pulumi import metal3-ipam:index:PreAllocation cp-0 metal3/bmc/cp-0",
  },
  PreAllocationSet: {
    id: "The id is `<namespace>/<pool>?<host>,<host>`. An id without hosts, `<namespace>/<pool>`, takes all entries of the pool.",
    command: "pulumi import metal3-ipam:index:PreAllocationSet rack-a 'metal3/storage?worker-0,worker-1'",
  },
  IPAddressClaim: {
    id: "The id is `<namespace>/<name>`.",
    command: "pulumi import metal3-ipam:index:IPAddressClaim ingress metal3/ingress",
  },
  IPClaim: {
    id: "The id is `<namespace>/<name>`.",
    command: "pulumi import metal3-ipam:index:IPClaim api metal3/api",
  },
};

const PROTECTED =
  "Imports are protected. Add `--protect=false` if a later `pulumi up` should be able to delete the resource.";

/** A section in Markdown. Undefined for a kind without import. */
export function importSection(kind: string, heading = "##"): string | undefined {
  const known = imports[kind];
  return known && `${heading} Import\n\n${known.id}\n\n\`\`\`sh\n${known.command}\n\`\`\`\n\n${PROTECTED}`;
}
