/** Changes of a program's resources, from one program to the next, in one update. */
import { claim, host, hosts, pool } from "../../resources/declare";
import type { Declared } from "../../resources/program";

export interface Change {
  readonly name: string;
  readonly before: readonly Declared[];
  readonly after: readonly Declared[];
}

const rack = (...names: string[]) => hosts(names);
const swapped = (a: string, b: string) => hosts(["a", "b"], { pins: { a, b } });
const all = [pool({ preAllocations: { vip: "10.0.0.10" } }), host("a"), rack("b", "c"), claim("d")];
const grown = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.40" }], excludes: ["10.0.0.30-10.0.0.35"] });
const withOwn = pool({ labels: { site: "b" }, preAllocations: { vip: "10.0.0.10", dns: "10.0.0.11" } });

export const CHANGES: readonly Change[] = [
  { name: "reserve", before: [pool()], after: [pool(), host("a")] },
  { name: "reserve this one", before: [pool()], after: [pool(), host("a", { address: "10.0.0.15" })] },
  {
    name: "change an address",
    before: [pool(), host("a", { address: "10.0.0.15" })],
    after: [pool(), host("a", { address: "10.0.0.16" })],
  },
  { name: "release", before: [pool(), host("a"), host("b")], after: [pool(), host("b")] },
  { name: "rename a host", before: [pool(), host("a")], after: [pool(), host("b", {}, "a")] },
  { name: "create a pool", before: [], after: [withOwn] },
  { name: "update a pool", before: [pool(), host("a")], after: [grown, host("a")] },
  { name: "update a pool's own entries", before: [pool({ preAllocations: { vip: "10.0.0.12" } })], after: [withOwn] },
  { name: "delete a pool", before: [pool({ preAllocations: { vip: "10.0.0.12" } })], after: [] },
  { name: "create a set", before: [pool()], after: [pool(), rack("a", "b", "c", "d")] },
  { name: "grow a set", before: [pool(), rack("a", "b")], after: [pool(), rack("a", "b", "c", "d")] },
  { name: "shrink a set", before: [pool(), rack("a", "b", "c", "d")], after: [pool(), rack("a", "d")] },
  {
    name: "swap two addresses of a set",
    before: [pool(), swapped("10.0.0.15", "10.0.0.16")],
    after: [pool(), swapped("10.0.0.16", "10.0.0.15")],
  },
  { name: "create an IPClaim", before: [pool()], after: [pool(), claim("a")] },
  {
    name: "change the address of an IPClaim",
    before: [pool(), claim("a", { address: "10.0.0.15" })],
    after: [pool(), claim("a", { address: "10.0.0.16" })],
  },
  { name: "delete an IPClaim", before: [pool(), claim("a")], after: [pool()] },
  { name: "create everything", before: [], after: all },
  { name: "destroy everything", before: all, after: [] },
];
