import { formatAddress } from "../../core/address";
import { isStoreError } from "../../store/store";
import { POLL_MS, pause } from "../environment";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";
import { claimText, wording } from "../wording";
import { isHeld } from "./incomplete-locks";
import { liveClaims } from "./live-claims";
import { isOfStack, type Origin, ownerText } from "./marks";
import { dropLock } from "./take-lock";

/** Waits until no address of the pool is held. Throws `poolBusy` with the holders. */
export async function untilEmpty(session: PoolSession, by: Origin): Promise<void> {
  const { environment, name } = session;
  const started = environment.now();
  for (;;) {
    await session.refresh();
    await session.freshPool();
    const holders = await holdersLeft(session, by);
    if (holders.length === 0) return;
    const waitedMs = environment.now() - started;
    if (waitedMs >= environment.waitMs) {
      const alive = await claimsAlive(session);
      throw new IpamError("poolBusy", wording.poolHolds(environment.words, name, holders, waitedMs, alive));
    }
    await pause(environment, POLL_MS, wording.waitsForHolders(name, holders));
  }
}

/** Claims of live hosts, which keep their locks. Other stacks' IPAddressClaims are left out without the right to list them. */
async function claimsAlive(session: PoolSession) {
  const alive = await inParallel(["IPClaim", "IPAddressClaim"] as const, async (claimKind) => {
    const locks = session.view.locks.all().filter((lock) => lock.claimKind === claimKind);
    const claims = locks.flatMap(({ claimName }) => claimName ?? []);
    const live = await liveClaims(session, claims, claimKind).catch((error) => {
      if (claimKind === "IPAddressClaim" && isStoreError(error, "Forbidden")) return new Map();
      throw error;
    });
    return claims.filter((claim) => live.has(claim)).map((claim) => ({ claim, claimKind }));
  });
  return alive.flat().sort((a, b) => (a.claim < b.claim ? -1 : 1));
}

/**
 * The locks, and the entries whose lock was removed with its node. Both are promises. A lock of this stack without an entry
 * and a claim is incomplete: an interrupted update left it, and no state has it. This function removes such a lock.
 */
async function holdersLeft(session: PoolSession, by: Origin): Promise<string[]> {
  const { view } = session;
  const left = new Map<string, string>();
  for (const lock of view.locks.all()) {
    const { claimName = "unknown", address, marks } = lock;
    if (isOfStack(marks, by) && !(await isHeld(session, lock))) {
      await dropLock(session, lock, (now) => now.marks.token === marks.token);
    } else {
      // The reader can look for another stack's holder only there.
      const owner = marks.token === undefined || isOfStack(marks, by) ? "" : `, ${ownerText(marks, by)}`;
      left.set(formatAddress(address), `${formatAddress(address)} (${claimText(view.name, claimName)}${owner})`);
    }
  }
  // Entries of a pool that is being deleted hold nothing. Metal3 has the same rule. A release leaves them in such a pool.
  const entries = view.pool?.deleting ? [] : (view.pool?.preAllocations ?? []);
  for (const [claim, address] of entries) {
    const text = formatAddress(address);
    if (!left.has(text)) left.set(text, `${text} (${claimText(view.name, claim)}, an entry of preAllocations)`);
  }
  return [...left.values()];
}
