/** Arguments of programs for each resource with a live pool `net` (10.0.0.10 to .49), mostly without a fault. */
import fc from "fast-check";
import type { WireProperties } from "../../provider/pulumi/wire";
import type { Kind } from "./verbs";

export const NET = {
  pools: [
    { start: "10.0.0.10", end: "10.0.0.29" },
    { start: "10.0.0.30", end: "10.0.0.49", gateway: "10.0.0.2", dnsServers: ["10.0.0.3"] },
  ],
  prefix: 24,
  gateway: "10.0.0.1",
};

const word = fc.constantFrom("cp-0", "cp-1", "w-7", "w-8", "vip", "a.b", "x");
const address = fc.integer({ min: 10, max: 49 }).map((last) => `10.0.0.${last}`);
const texts = fc.dictionary(fc.constantFrom("a", "a.b/c", "d-e"), fc.constantFrom("1", "", "x y"), {
  maxKeys: 2,
  noNullPrototype: true,
});
const choice = { placement: fc.constantFrom("byName", "lowest"), fallback: fc.constantFrom("error", "next") };
const pool = { pool: fc.constant("net") };

function said(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<WireProperties> {
  const model = { ...required, ...optional };
  return fc.record(model, { requiredKeys: Object.keys(required), noNullPrototype: true });
}

const entry = fc.nat({ max: 4 }).map((third) => ({ start: `10.1.${third}.4`, end: `10.1.${third}.20` }));
const oneOf = (host: string, claimName: string, value: fc.Arbitrary<unknown>) =>
  fc.oneof(
    value.map((names) => ({ [host]: names })),
    value.map((names) => ({ [claimName]: names })),
  );
const hosts = fc.uniqueArray(word, { minLength: 1, maxLength: 5 });

/** An IPAddressClaim needs a cluster with a provider. */
export type EmbeddedKind = Exclude<Kind, "ipAddressClaim">;

export const programs: { readonly [kind in EmbeddedKind]: fc.Arbitrary<WireProperties> } = {
  ipPool: said(
    { pools: fc.uniqueArray(entry, { minLength: 1, maxLength: 3, selector: ({ start }) => start }) },
    {
      name: word,
      namespace: fc.constant("metal3"),
      labels: texts,
      annotations: texts,
      namePrefix: word,
      prefix: fc.constantFrom(16, 24),
      gateway: fc.constant("10.1.0.1"),
      dnsServers: fc.constantFrom([], ["10.1.0.2"], ["10.1.0.2", "10.1.0.3"]),
      excludes: fc.constantFrom([], ["10.1.0.5"], ["10.1.0.8/30", "10.1.1.4-10.1.1.9"]),
      excludeReserved: fc.boolean(),
      dhcpRanges: fc.constant(["10.1.200.0/24"]),
      preAllocations: fc.constantFrom({}, { "p-0": "10.1.0.4" }, { "p.1": "10.1.1.20", p: "10.1.2.5" }),
      adopt: fc.boolean(),
    },
  ),
  preAllocation: fc
    .tuple(oneOf("host", "claimName", word), said(pool, { ...choice, address, adopt: fc.boolean() }))
    .map(([name, others]) => ({ ...name, ...others })),
  preAllocationSet: fc
    .tuple(oneOf("hosts", "claimNames", hosts), said(pool, { ...choice, start: address, adopt: fc.boolean() }), address)
    .chain(([list, others, pin]) => {
      const [first] = Object.values(list).flat() as string[];
      return fc.constantFrom({ ...list, ...others }, { ...list, ...others, pins: { [first!]: pin } });
    }),
  ipClaim: said(pool, { ...choice, name: word, address, labels: texts, annotations: texts }),
};
