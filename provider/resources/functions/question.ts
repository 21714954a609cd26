/** Both functions start here: they read their arguments, and find their pool. */
import type { z } from "zod";
import { IpamError } from "../../ipam/errors";
import type { Ipam, ManagedPool, PlannedPool, PoolName } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import { type Arguments, readArguments } from "../arguments";
import { canonicalWords } from "../canonical";
import type { Properties } from "../handler";
import { argumentWording } from "../wording";

/**
 * `asked`: the program's arguments in canonical form. An SDK calls a function only when all arguments are known. An argument
 * that is unknown all the same is refused by its name.
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

/** The stored pool, or else the pool as this program has planned it. Throws poolMissing at once. */
export async function knownPool(ipam: Ipam, name: PoolName): Promise<{ pool: ManagedPool; known: PlannedPool }> {
  const pool = await ipam.pool(name);
  await pool.readOthersWrites();
  const known = pool.view.pool ?? pool.view.offered;
  if (!known) throw new IpamError("poolMissing", wording.poolMissing(ipam.environment.words, name, 0));
  return { pool, known };
}
