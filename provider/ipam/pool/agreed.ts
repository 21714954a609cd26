import { formatAddress } from "../../core/address";
import type { KnownPools } from "./known-pools";
import type { PoolNote } from "./other-processes";
import type { PoolView } from "./pool-view";

/**
 * Returns the answer to a check, after a note about it to the other processes of the run. The process that notes first has
 * priority. If a note of another process arrives meanwhile, the check is asked again. `claims`: the claims that the resource
 * declares in the pool.
 */
export async function agreed<Answer>(
  { known, view }: { readonly known: KnownPools; readonly view: PoolView },
  { by, claims }: { readonly by: PoolNote["by"]; readonly claims: readonly { readonly claim: string }[] },
  ask: () => Promise<Answer>,
): Promise<Answer> {
  if (known.isAlone) return ask();
  for (let told: string | undefined; ; ) {
    const heard = await known.hear(view);
    const answer = await ask();
    const note = { pool: view.name, by, claims: claims.map(({ claim }) => view.toldClaim(claim)) };
    const text = note.claims.map(({ address }) => address && formatAddress(address)).join();
    if (text === told) return answer;
    told = text;
    known.tell(note);
    // This may include notes that another check has heard meanwhile.
    if ((await known.hear(view)) === heard) return answer;
  }
}
