/**
 * getIPAddress: the address that a host or a claim holds, or who holds an address. Its object says it best, then the
 * entry; in a preview what this program has promised, where nothing is there yet.
 */
import { networkText } from "../../api/ip-pool";
import type { Address } from "../../core/address";
import { networkOf, type Pool } from "../../core/pool";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import type { Ledger } from "../../ipam/ledger/ledger";
import { wording } from "../../ipam/wording";
import { hostClaimName, tooLong } from "../claim-name";
import type * as life from "../handler";
import { getIPAddressShape } from "./get-ip-address-arguments";
import { holderText } from "./holder";
import { holderAt, holderFor } from "./holders";
import { knownPool, readQuestion } from "./question";

export class GetIPAddress implements life.FunctionHandler {
  readonly token = "metal3-ipam:index:getIPAddress";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  async invoke(asked: life.Properties): Promise<life.InvokeResponse> {
    const { args, failures } = readQuestion(getIPAddressShape, asked);
    const { pool, namespace = this.defaultNamespace, host, address } = args;
    const claimName = host !== undefined && pool !== undefined ? hostClaimName(host, pool) : args.claimName;
    failures.push(...oneOf(asked), ...tooLong(claimName));
    const wanted = address ?? claimName;
    if (failures.length > 0 || pool === undefined || wanted === undefined) return { result: {}, failures };
    const { ledger, known } = await knownPool(this.ipam, { namespace, name: pool });
    const holder = await (typeof wanted === "string"
      ? holderFor(this.ipam, ledger, wanted)
      : holderAt(this.ipam, ledger, wanted));
    if (!holder) throw nobody(ledger, known.pool, wanted);
    const network = networkText(holder.network ?? networkOf(known.pool, holder.address) ?? {});
    return { result: { pool, namespace, ...network, ...holderText(holder) }, failures: [] };
  }
}

function nobody(ledger: Ledger, pool: Pool, wanted: Address | string): IpamError {
  if (typeof wanted === "string") {
    const declarer = ledger.declaredBy(wanted);
    return declarer === undefined
      ? new IpamError("unheld", wording.claimUnheld(ledger.name, wanted))
      : new IpamError("unheld", wording.claimUndecided(ledger.name, wanted, declarer));
  }
  return pool.addresses.contains(wanted)
    ? new IpamError("unheld", wording.addressUnheld(ledger.name, wanted))
    : new IpamError("outOfRange", wording.outOfRange(ledger.name, wanted, pool));
}

const WAYS = ["host", "claimName", "address"] as const;

function oneOf(asked: life.Properties): life.CheckFailure[] {
  const [first, ...others] = WAYS.filter((way) => asked[way] !== undefined);
  if (first !== undefined)
    return others.map((property) => ({ property, reason: `is given beside \`${first}\`; give one of them` }));
  return [{ property: "host", reason: "is required: the BareMetalHost's name, or give `claimName` or `address`" }];
}
