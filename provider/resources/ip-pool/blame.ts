/** Finds the property that causes a fault about an address of the pool. It is the one that the program changed. */
import { entriesText } from "../../api/metal3/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { compilePool, type ReservedRole, reservedAddresses } from "../../core/pool";
import { rangeContains } from "../../core/range";
import type { PropertyPath } from "../../ipam/ipam";
import { canonicalJson } from "../arguments";
import type { Properties } from "../handler";
import { argumentsOf, type PoolArguments, writtenSpec } from "./pool-arguments";

/** For an address that the pool no longer offers. `olds`: the inputs in state. */
export function blamed(address: Address, args: PoolArguments, olds: Properties | undefined): PropertyPath {
  const written = writtenSpec(args);
  if (!written || !compilePool(written).addresses.contains(address)) return ["pools"];
  const excluded = args.excludes?.findIndex((range) => rangeContains(range, address)) ?? -1;
  if (excluded >= 0) return ["excludes", excluded];
  if (olds?.allowReserved === true && !args.allowReserved) return ["allowReserved"];
  if (olds?.excludeReserved !== true) return ["excludeReserved"];
  const found = reservedAddresses(written).find((one) => sameAddress(one.address, address));
  return blamedForRole(found?.role, address, args, olds);
}

/** For addresses that the pool offers from now on. */
export function blamedForOffer(args: PoolArguments, olds: Properties | undefined): PropertyPath {
  const written = writtenSpec(args);
  const before = olds && writtenSpec(argumentsOf(olds));
  const isSame = written && before && canonicalJson(entriesText(written)) === canonicalJson(entriesText(before));
  if (!olds || !isSame) return ["pools"];
  if (olds.allowOverlap === true && !args.allowOverlap) return ["allowOverlap"];
  const texts = args.excludes?.map(({ text }) => text);
  if (canonicalJson(texts) !== canonicalJson(olds.excludes)) return ["excludes"];
  return olds.excludeReserved === true && !args.excludeReserved ? ["excludeReserved"] : ["pools"];
}

/** For an address that becomes reserved: the changed property, or else the entries. */
export function blamedForRole(
  role: ReservedRole | undefined,
  address: Address,
  args: PoolArguments,
  olds: Properties | undefined,
): PropertyPath {
  const says = saying(role, formatAddress(address));
  const before = Array.isArray(olds?.pools) ? (olds.pools as Properties[]) : [];
  const entry = (args.pools ?? []).findIndex(
    (one, index) => says.isIn(one) && isChanged(says.property, one, before[index]),
  );
  if (entry >= 0) return ["pools", entry, says.property];
  return says.isIn(args) && isChanged(says.property, args, olds) ? [says.property] : ["pools"];
}

type Network = Pick<PoolArguments, "prefix" | "gateway" | "dnsServers">;

/** The property that gives an address its role, and whether it does so there. */
function saying(role: ReservedRole | undefined, text: string) {
  const isText = (one: Address | undefined) => one !== undefined && formatAddress(one) === text;
  if (role === "gateway") return { property: "gateway", isIn: ({ gateway }: Network) => isText(gateway) } as const;
  if (role === "DNS server")
    return { property: "dnsServers", isIn: ({ dnsServers }: Network) => dnsServers?.some(isText) ?? false } as const;
  return { property: "prefix", isIn: ({ prefix }: Network) => prefix !== undefined } as const;
}

function isChanged(property: keyof Network, now: Network, before: Properties | undefined): boolean {
  return canonicalJson(textOf(now[property])) !== canonicalJson(before?.[property]);
}

function textOf(value: Network[keyof Network]): unknown {
  if (typeof value !== "object") return value;
  return Array.isArray(value) ? value.map(formatAddress) : formatAddress(value as Address);
}
