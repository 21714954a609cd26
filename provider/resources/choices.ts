/** Arguments that take one of a few words. In the package schema each is an enum type of this name. */
import { z } from "zod";

/** `words`: the meaning of each word. */
function choice<Word extends string>(id: string, description: string, words: Readonly<Record<Word, string>>) {
  return z.enum(Object.keys(words) as Word[]).meta({ id, description, words });
}

export const fallback = choice("Fallback", "What happens if the pinned address is taken.", {
  error: "It is an error, in the preview already, which names the holder.",
  next: "Another free address is taken, as if nothing were pinned.",
});

const WORDS = {
  byName: "A place in the pool that the name decides, whatever its siblings: known in the preview.",
  lowest: "The pool's lowest free address, Metal3's own rule: the order of the claims decides.",
};

export const placement = choice("Placement", "Which free address is taken where none is pinned.", WORDS);

export const claimPlacement = choice("ClaimPlacement", "Which free address a claim gets where none is pinned.", {
  ...WORDS,
  controller: "Metal3's controller chooses: known after the update. Needs a cluster.",
});

export const allocationStrategy = choice(
  "AllocationStrategy",
  "How Metal3's controller chooses for claims without a reservation.",
  {
    sequential: "The lowest free address.",
    random: "Any free address. Needs Metal3 IPAM 1.14.",
  },
);
