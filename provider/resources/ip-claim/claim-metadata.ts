/** Checks an IPClaim's labels, annotations and owners. */
import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { type Address, formatAddress } from "../../core/address";
import type { Stored } from "../../store/store";
import { asSaid } from "../allocation";
import { type Arguments, readArguments } from "../arguments";
import type * as life from "../handler";
import { annotationsBeside, checkMetadata } from "../metadata-check";
import { claimKeyFaults } from "../reserved-keys";
import { CLAIM_COMPUTED, claimShape } from "./ip-claim-arguments";

type ClaimArguments = Arguments<typeof claimShape>["args"];

export function checkClaimMetadata({
  owner,
  args,
  olds,
  live,
  namespace = "",
  address,
}: {
  readonly owner: life.ResourceOwner;
  readonly args: ClaimArguments;
  readonly olds: life.Properties | undefined;
  /** The claim as it is stored. */
  readonly live: Stored | undefined;
  readonly namespace: string | undefined;
  /** The address that it asks for by annotation. */
  readonly address: Address | undefined;
}): Pick<life.CheckResponse, "failures" | "warnings"> {
  const before = olds && readArguments(claimShape, asSaid(olds, CLAIM_COMPUTED).said).args;
  const request = address && { [REQUESTED_ADDRESS_ANNOTATION]: formatAddress(address) };
  return checkMetadata({
    object: `IPClaim ${namespace}/${args.name ?? ""}`,
    said: args,
    before,
    beside: { ...annotationsBeside(owner, live, before?.annotations), ...request },
    own: claimKeyFaults,
  });
}
