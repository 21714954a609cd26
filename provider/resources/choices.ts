/** Arguments that take one of a few words. In the package schema each is an enum type of this name. */
import { z } from "zod";

/** `words`: the meaning of each word. */
function choice<Word extends string>(id: string, description: string, words: Readonly<Record<Word, string>>) {
  return z.enum(Object.keys(words) as Word[]).meta({ id, description, words });
}

export const fallback = choice("Fallback", "Says what happens if the pinned address is taken.", {
  error: "The preview fails, and the error names the holder.",
  next: "The claim gets another free address, as if nothing were pinned.",
});

const WORDS = {
  byName: "The name decides where in the pool the search for a free address begins. The preview shows the address.",
  lowest:
    "The claim gets the first free address in the order of `pools`, as with Metal3's controller. Several new claims get theirs in the order of their creation.",
};

export const placement = choice("Placement", "Says which free address is taken if none is pinned.", WORDS);

export const claimPlacement = choice("ClaimPlacement", "Says which free address a claim gets if none is pinned.", {
  ...WORDS,
  controller: "Metal3's controller chooses, so the address is known after the update. This needs a cluster.",
});

export const claimKind = choice("ClaimKind", "Says which kind of claim will get the address.", {
  IPClaim: "Metal3's IPClaim, as CAPM3 creates it for hosts.",
  IPAddressClaim: "Cluster API's IPAddressClaim for a Metal3 IPPool. This needs Cluster API's CRDs in the cluster.",
});

export const allocationStrategy = choice(
  "AllocationStrategy",
  "Says how Metal3's controller chooses for claims without a reservation.",
  {
    sequential: "The lowest free address.",
    random: "Any free address. This needs Metal3 IPAM 1.14.",
  },
);

export const dhcp = choice("Dhcp", "Where a host gets an address when it boots.", {
  ipv4: "From a DHCP server, an IPv4 address.",
  ipv6: "From a DHCP server, an IPv6 address.",
  slaac: "From router advertisements, an IPv6 address (SLAAC, RFC 4862).",
});
