/** Turns the controller's answer into outputs or an error. */
import { keyText } from "../../api/meta";
import type { IPClaim } from "../../api/metal3/ip-claim";
import { networkText } from "../../api/metal3/ip-pool";
import { formatAddress } from "../../core/address";
import { awaitAnswer, hasAnswer } from "../../ipam/claim-object";
import { type ManagedPool, type Owner, undone } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import { type Properties, Unfinished } from "../handler";
import { idOf } from "./ip-claim-outputs";
import { releaseClaim } from "./ip-claim-release";

/** Whether the update waits for the answer. */
export function waitsForAnswer({ waitForController }: Properties, isControllers: boolean): boolean {
  return Boolean(waitForController ?? isControllers);
}

/**
 * The outputs with what the controller gave. Throws Unfinished if it has not answered. A new claim that it refuses is
 * removed, because it would stay refused and hold nothing.
 */
export async function answeredOutputs(
  pool: ManagedPool,
  owner: Owner,
  outputs: Properties,
  isNew: boolean,
): Promise<Properties> {
  const answer = await awaitAnswer(pool, String(outputs.name)).catch((error: Error) => {
    // The claim exists, whatever ended the wait, so state has to know it.
    throw new Unfinished(idOf(outputs), outputs, [error.message], error);
  });
  if (answer.kind === "late") throw new Unfinished(idOf(outputs), outputs, [answer.reason]);
  if (answer.kind === "refused") {
    throw isNew ? await undone(answer.error, () => releaseClaim(pool, owner, outputs)) : answer.error;
  }
  const { address, network, name: addressName } = answer.object;
  return { ...outputs, ...networkText(network), address: formatAddress(address), addressName };
}

/** Called by read: why an existing claim is not yet as requested. Undefined if it is. */
export function whatIsMissing(pool: ManagedPool, asked: Properties, claim: IPClaim): string | undefined {
  const isControllers = asked.placement === "controller" && !asked.address;
  if (!waitsForAnswer(asked, isControllers)) return undefined;
  if (!hasAnswer(claim)) return wording.claimWaits(pool.view.words, keyText(claim), pool.name, 0);
  return isControllers ? wording.claimAnswered(pool.view.words, keyText(claim), pool.name) : undefined;
}
