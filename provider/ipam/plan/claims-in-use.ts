/** No update changes the address of a live host. */
import type { ClaimKind } from "../../api/claim";
import { type Address, sameAddress } from "../../core/address";
import type { PoolView } from "../pool/pool-view";
import { wording } from "../wording";
import { type AddressQuestion, type ClaimFault, isMoved } from "./addresses";

interface Known {
  readonly view: PoolView;
  /** Whether a claim of this name uses the pool. */
  isLive(claim: string): Promise<boolean>;
  kindOf(claim: string): ClaimKind;
  /** The address of the stack's lock for the claim. Another resource of the program may have held the claim until now. */
  held(claim: string): Address | undefined;
}

/** Faults of claims that would move away from the address of their live host, or take the address of another live host. */
export async function claimsInUse(
  { view, isLive, kindOf, held }: Known,
  { claims, promised }: Pick<AddressQuestion, "claims" | "promised">,
  addresses: ReadonlyMap<string, Address>,
): Promise<ClaimFault[]> {
  const { name } = view;
  const faults: ClaimFault[] = [];
  const asked = new Set(claims.map(({ claim }) => claim));
  const leaving = [...promised].filter(([claim]) => !asked.has(claim));
  for (const { claim, pin } of claims) {
    const [from, to] = [promised.get(claim) ?? held(claim), addresses.get(claim) ?? pin];
    const isMoving = isMoved(view, claim, from, to) && (await isLive(claim));
    if (isMoving)
      faults.push({ claim, isPin: true, reason: wording.addressInUse(name, claim, from!, to!, kindOf(claim)) });
    const former = pin && leaving.find(([, address]) => sameAddress(address, pin));
    if (!former || !(await isLive(former[0]))) continue;
    faults.push({ claim, isPin: true, reason: wording.stillUsed(name, former[1], former[0], kindOf(former[0])) });
  }
  return faults;
}
