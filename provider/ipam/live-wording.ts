/** The words about claims of live hosts: they keep their addresses, whatever a program says. */
import { hostOfClaim } from "../api/metal3/host-claim";
import { type Address, formatAddress } from "../core/address";
import type { PoolName } from "./pool-name";
import type { Vocabulary } from "./vocabulary";
import { listText, poolText } from "./wording";

export const liveWording = {
  stillUsed: (pool: PoolName, address: Address, claim: string) =>
    `${formatAddress(address)} of ${poolText(pool)} is used by ${aliveText(pool, claim)}; it stays reserved until that claim ends: ` +
    "deprovision the host, or choose a free address",

  leavesAlive: (pool: PoolName, claim: string, address: Address) =>
    `${formatAddress(address)} of ${poolText(pool)} is still used by ${aliveText(pool, claim)}; it stays reserved until that claim ends`,

  /** `alive`: claims among the holders. */
  poolHolds: (
    words: Vocabulary,
    pool: PoolName,
    holders: readonly string[],
    waitedMs: number,
    alive: readonly string[] = [],
  ) =>
    [
      `${poolText(pool)} is not deleted: it still holds ${listText(holders)} (waited ${Math.round(waitedMs / 1000)} s)`,
      ...alive.slice(0, 5).map((claim) => `it is used by ${aliveText(pool, claim)}: deprovision the host first`),
      ...(alive.length < holders.length
        ? [
            `remove these first (\`${words.importing}\` what no program has any more), and pass \`${words.poolName}\` of the ` +
              `resource so that ${words.engine} knows the order`,
          ]
        : []),
    ].join("; "),
} as const;

function aliveText({ name }: PoolName, claim: string): string {
  const host = hostOfClaim(claim, name);
  return host === undefined ? `claim ${claim}, which is alive` : `host ${host}, whose claim ${claim} is alive`;
}
