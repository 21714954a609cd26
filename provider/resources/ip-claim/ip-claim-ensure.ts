/**
 * Create, repair and change of an IPClaim are one sequence:
 *
 *   observe   removes a dead claim first, because the controller releases its address with it
 *   lock      locks the address for the claim, unless the controller chooses it
 *   claim     creates the IPClaim, or corrects it
 *   answer    waits until the controller serves the claim, if the program wants that
 *   promise   locks what the controller has chosen, and lets the claim ask for it
 */
import type { Address } from "../../core/address";
import { clearClaim, ensureClaim, lockEntry } from "../../ipam/claim-object";
import { isOfStack, type ManagedPool, marksOf, type Owner } from "../../ipam/ipam";
import { storedAddress } from "../allocation";
import { metadataPatch } from "../declared-metadata";
import type { Properties } from "../handler";
import { answeredOutputs, waitsForAnswer } from "./ip-claim-answer";
import { filled, manifestOf } from "./ip-claim-outputs";

/** The order for one create or update. */
export interface ClaimOrder {
  readonly pool: ManagedPool;
  readonly owner: Owner;
  /** Checked inputs. */
  readonly inputs: Properties;
  /** The outputs and inputs in state. Undefined in a create. */
  readonly olds: Properties | undefined;
  /** If true, the claim gets the address of the inputs or fails. */
  readonly firm: boolean;
  /** The token of the replaced resource, if it is known. */
  readonly replaces?: string | undefined;
}

/** The outputs. Throws Unfinished if the claim exists and the controller has not answered. */
export async function ensure(order: ClaimOrder): Promise<Properties> {
  const { pool, owner, inputs, olds } = order;
  const isControllers = isControllersChoice(order);
  const outputs = await lockAndClaim(order);
  if (!waitsForAnswer(inputs, isControllers)) return outputs;
  const answered = await answeredOutputs(pool, owner, outputs, olds === undefined);
  // From now on the choice of the controller is promised, so lock and claim get all that belongs to a promise.
  return isControllers ? lockAndClaim({ ...order, inputs: answered, olds: answered }) : answered;
}

async function lockAndClaim(order: ClaimOrder): Promise<Properties> {
  const { pool, owner, inputs, olds } = order;
  const held = await heldAddress(order);
  const entry = pool.poolsEntry(String(inputs.name), owner);
  const address = entry
    ? await lockOfEntry(order, entry)
    : isControllersChoice(order)
      ? undefined
      : await lock(order, held);
  const manifest = manifestOf(inputs, address, owner);
  const old = olds && manifestOf(olds, address, owner);
  await ensureClaim(pool, owner, {
    manifest,
    address,
    isKnown: olds !== undefined,
    patchMetadata: (found) => metadataPatch(found, manifest, old),
  });
  return { ...inputs, token: owner.token, ...(address && filled(pool, address)) };
}

function promisedAddress({ inputs, olds }: ClaimOrder): Address | undefined {
  return storedAddress(inputs.address) ?? storedAddress(olds?.address);
}

function isControllersChoice(order: ClaimOrder): boolean {
  return order.inputs.placement === "controller" && !promisedAddress(order);
}

/**
 * The promised address, if this resource already holds it. It looks before the lock is taken, because a new lock looks the
 * same.
 */
async function heldAddress(order: ClaimOrder): Promise<Address | undefined> {
  const { pool, owner, inputs, olds } = order;
  const name = String(inputs.name);
  const claim = await clearClaim(pool, name, owner, olds !== undefined);
  const promised = promisedAddress(order);
  // An update was killed before state was written. Its claim and its lock exist.
  const isTakenUp = claim && isOfStack(marksOf(claim), owner) && promised && pool.view.lockAt(name, promised);
  return olds || isTakenUp ? promised : undefined;
}

function lockOfEntry(order: ClaimOrder, entry: Address): Promise<Address> {
  const { pool, owner, inputs } = order;
  return lockEntry(pool, String(inputs.name), { entry, wanted: promisedAddress(order) }, owner);
}

async function lock(order: ClaimOrder, held: Address | undefined): Promise<Address> {
  const { pool, inputs, replaces } = order;
  const owner: Owner = { ...order.owner, replaces };
  const name = String(inputs.name);
  const firm = order.firm || held !== undefined || (inputs.pinned === true && inputs.fallback !== "next");
  const origin = inputs.placement === "lowest" ? "lowest" : { name };
  const won = await pool.reconcile({
    owner,
    former: replaces === undefined ? undefined : { ...owner, token: replaces },
    held: new Map(held ? [[name, held]] : []),
    wanted: new Map([[name, { address: promisedAddress(order), firm, origin }]]),
    entries: false,
  });
  return won.get(name)!;
}
