/**
 * getIPAddress: the address of a host or a claim, or the holder of an address. The address object counts most, then the
 * entry. In a preview the promise of this program counts if nothing exists yet.
 */

import { hostClaimName } from "../../api/metal3/host-claim";
import { networkText } from "../../api/metal3/ip-pool";
import type { Address } from "../../core/address";
import { networkOf, type Pool } from "../../core/pool";
import { IpamError } from "../../ipam/errors";
import { declarerText, type Ipam, type PoolView } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import { tooLong } from "../claim-name";
import type * as life from "../handler";
import type { FunctionRow } from "../row";
import { argumentWording } from "../wording";
import { getIPAddressResult, getIPAddressShape } from "./get-ip-address-arguments";
import { holderProperties, unheldProperties } from "./holder";
import { holderAt, holderFor } from "./holders";
import { knownPool, readQuestion } from "./question";

export class GetIPAddress implements life.FunctionHandler {
  readonly kind = "getIPAddress";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async invoke(given: life.Properties): Promise<life.InvokeResponse> {
    const { asked, args, failures } = readQuestion(getIPAddressShape, given);
    const { pool: name, namespace = this.defaultNamespace, host, address } = args;
    const claimName = host !== undefined && name !== undefined ? hostClaimName(host, name) : args.claimName;
    failures.push(...oneOf(asked), ...tooLong(claimName));
    const wanted = address ?? claimName;
    if (failures.length > 0 || name === undefined || wanted === undefined) return { result: {}, failures };
    const { pool, known } = await knownPool(this.ipam, { namespace, name });
    const holder = await (typeof wanted === "string" ? holderFor(pool, wanted) : holderAt(pool, wanted));
    if (!holder && typeof wanted !== "string" && known.pool.addresses.contains(wanted)) {
      const network = networkText(networkOf(known.pool, wanted) ?? {});
      return { result: { pool: name, namespace, ...network, ...unheldProperties(pool.view, wanted) }, failures: [] };
    }
    if (!holder) throw unheld(pool.view, known.pool, wanted);
    const network = networkText(holder.network ?? networkOf(known.pool, holder.address) ?? {});
    return { result: { pool: name, namespace, ...network, held: true, ...holderProperties(holder) }, failures: [] };
  }
}

function unheld(view: PoolView, pool: Pool, wanted: Address | string): IpamError {
  if (typeof wanted === "string") {
    const declarer = view.declarations.declarerOf(wanted);
    return declarer === undefined
      ? new IpamError("unheld", wording.claimUnheld(view.name, wanted))
      : new IpamError("unheld", wording.claimUndecided(view.name, wanted, declarerText(declarer)));
  }
  return new IpamError("outOfRange", wording.outOfRange(view.name, wanted, pool));
}

const WAYS = ["host", "claimName", "address"] as const;

function oneOf(asked: life.Properties): life.CheckFailure[] {
  const [first, ...others] = WAYS.filter((way) => asked[way] !== undefined);
  if (first !== undefined)
    return others.map((property) => ({ path: [property], reason: argumentWording.excludesEachOther(first) }));
  return [{ path: ["host"], reason: argumentWording.required("the BareMetalHost's name", "`claimName` or `address`") }];
}

export const getIPAddress = {
  kind: "getIPAddress",
  description:
    "Tells which address a host or a claim holds, or who holds an address.\n\nThe answer includes what this program plans to reserve. A free address has `held: false`. The call fails if the host or the claim holds no address, or if the pool does not offer the address.",
  inputs: getIPAddressShape,
  outputs: getIPAddressResult,
  open: (ipam, defaultNamespace) => new GetIPAddress(ipam, defaultNamespace),
} as const satisfies FunctionRow;
