/** The terms of a pool that an import finds. */
import { entriesText, type IPPool, networkText } from "../../api/metal3/ip-pool";
import { termsOf } from "../../ipam/ipam";
import { canonicalJson, present } from "../arguments";
import type { Properties } from "../handler";
import { compiledPool } from "./kept-back";
import { argumentsOf, writtenSpec } from "./pool-arguments";

/**
 * The terms as a program would declare them. Split entries are shown as they were written, as long as these still compile to
 * what is stored. Another writer may have changed the pool since.
 */
export function importedTerms({ manifest, pool }: IPPool): Properties {
  const { pools, excludes, excludeReserved, ...others } = termsOf(manifest);
  const keeping = { excludes, excludeReserved, allowReserved: others.allowReserved };
  const stored = entriesText(pool.spec);
  const said = { ...networkText(pool.spec), pools: pools ?? stored, ...keeping };
  const isAsStored = [true, false].find((excludesDns) => {
    const args = argumentsOf({ ...said, excludesDns });
    const written = writtenSpec(args);
    return written && canonicalJson(entriesText(compiledPool(written, args).spec)) === canonicalJson(stored);
  });
  if (isAsStored === undefined) return present(others);
  return present({
    ...others,
    ...keeping,
    pools: said.pools,
    ...(isAsStored && excludeReserved && { excludesDns: true }),
  });
}
