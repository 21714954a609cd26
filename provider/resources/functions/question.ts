/** What both functions begin with: their arguments, and the pool that they name. */
import type { z } from "zod";
import { IpamError } from "../../ipam/errors";
import type { Ipam, ManagedPool, PlannedPool, PoolName } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import { type Arguments, readArguments } from "../arguments";
import { canonicalWords } from "../canonical";
import type { Properties } from "../handler";
import { argumentWording } from "../wording";

/**
 * `asked`: the program's words in canonical form. An SDK asks only when all arguments are known. One that is unknown all the
 * same is refused by name.
 */
export function readQuestion<Shape extends z.ZodRawShape>(
  shape: Shape,
  given: Properties,
): Pick<Arguments<Shape>, "args" | "failures"> & { readonly asked: Properties } {
  const asked = canonicalWords(shape, given);
  const { args, unknown, failures } = readArguments(shape, asked);
  const reason = argumentWording.unknownInFunction;
  return { asked, args, failures: [...failures, ...[...unknown].map((property) => ({ path: [property], reason }))] };
}

/** The pool as it is there, or else as this program has planned it. Throws poolMissing at once. */
export async function knownPool(ipam: Ipam, name: PoolName): Promise<{ pool: ManagedPool; known: PlannedPool }> {
  const pool = await ipam.pool(name);
  await pool.readOthersWrites();
  const known = pool.view.pool ?? pool.view.offered;
  if (!known) throw new IpamError("poolMissing", wording.poolMissing(ipam.environment.words, name, 0));
  return { pool, known };
}
