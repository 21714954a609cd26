/** What both functions begin with: their arguments, and the pool that they name. */
import type { z } from "zod";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import type { PlannedPool } from "../../ipam/pool/planned-pool";
import type { PoolView } from "../../ipam/pool/pool-view";
import type { PoolName } from "../../ipam/pool-name";
import { wording } from "../../ipam/wording";
import { type Arguments, readArguments } from "../arguments";
import type { Properties } from "../handler";

/** An SDK asks only when all arguments are known; what comes in all the same is refused by name. */
export function readQuestion<Shape extends z.ZodRawShape>(
  shape: Shape,
  given: Properties,
): Pick<Arguments<Shape>, "args" | "failures"> {
  const { args, unknown, failures } = readArguments(shape, given);
  const reason = "is not known before the update; call the function in its output form, which waits until it is";
  return { args, failures: [...failures, ...[...unknown].map((property) => ({ property, reason }))] };
}

/** As it is there; else as this program has planned it. Throws poolMissing, and waits for nobody. */
export async function knownPool(ipam: Ipam, name: PoolName): Promise<{ view: PoolView; known: PlannedPool }> {
  const view = await ipam.view(name);
  const known = view.pool ?? view.offered;
  if (!known) throw new IpamError("poolMissing", wording.poolMissing(ipam.environment.words, name, 0));
  return { view, known };
}
