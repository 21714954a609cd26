import type { IPPool } from "../../api/metal3/ip-pool";
import type { Address } from "../../core/address";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { giveBack } from "../metal3/take-lock";
import type { PoolView } from "../pool/pool-view";
import { undone } from "../undone";
import { listText, wording } from "../wording";
import { type Attempt, acquire, type Won } from "./acquire";
import type { ReconcileRequest, Wanted } from "./request";
import { keepOwned, servedElsewhere } from "./second-look";
import { writeEntries } from "./write-entries";

/** What this reservation has written so far: all that an undo may touch. */
interface Made {
  readonly locked: Won[];
  readonly newKeys: Map<string, Address>;
}

/**
 * Locks in parallel, then one PATCH of entries for all. Whoever loses an address that was only proposed goes on with
 * the next one; a pin that is lost is a fault. With a fault, or an error on the way, what was made here is given back;
 * one IpamError names all faults.
 */
export async function reserve(
  ipam: Ipam,
  settlement: ReconcileRequest,
  pool: IPPool,
  targets: ReadonlyMap<string, Wanted>,
): Promise<Map<string, Address>> {
  const made: Made = { locked: [], newKeys: new Map() };
  try {
    const faults = await reserveAll(ipam, settlement, pool, targets, made);
    if (faults.length === 0) faults.push(...(await keepOwned(ipam, settlement, pool, made.locked)));
    if (faults.length > 0)
      throw new IpamError(
        faults[0]!.kind,
        listText(
          faults.map(({ message }) => message),
          "; ",
        ),
      );
  } catch (error) {
    throw await undone(error, () => undo(ipam, settlement, made));
  }
  return new Map(made.locked.map(({ claim, address }) => [claim, address]));
}

async function reserveAll(
  ipam: Ipam,
  settlement: ReconcileRequest,
  pool: IPPool,
  targets: ReadonlyMap<string, Wanted>,
  made: Made,
): Promise<IpamError[]> {
  const { view } = settlement;
  const faults: IpamError[] = [];
  const full: { used: bigint; total: bigint }[] = [];
  let attempts: Attempt[] = [...targets].map(([claim, wanted]) => ({ claim, wanted, proposed: wanted.address }));
  while (attempts.length > 0) {
    const locked: Won[] = [];
    const again: Attempt[] = [];
    await inParallel(attempts, async (attempt) => {
      const outcome = await acquire(ipam, settlement, pool, attempt);
      if (outcome.kind === "won") {
        locked.push(outcome.won);
        made.locked.push(outcome.won);
        tellProgress(ipam, view, made.locked.length, targets.size);
      }
      if (outcome.kind === "lost") again.push(outcome.next);
      if (outcome.kind === "full") full.push(outcome);
      if (outcome.kind === "fault") faults.push(outcome.error);
    });
    const entered = await writeEntries(ipam, settlement, locked);
    for (const claim of entered.newKeys) made.newKeys.set(claim, locked.find((one) => one.claim === claim)!.address);
    for (const { won, next, error } of entered.lost) {
      made.locked.splice(made.locked.indexOf(won), 1);
      if (won.taken) await giveBack(ipam, view, won.taken);
      if (next) again.push(next);
      else faults.push(error);
    }
    faults.push(...(await servedElsewhere(ipam, settlement, entered.won)));
    attempts = again;
  }
  const [first] = full;
  if (!first) return faults;
  return [...faults, new IpamError("exhausted", wording.exhausted(view.name, first.used, first.total, full.length))];
}

/** Every so many: a thousand locks take seconds. */
const TOLD_EVERY = 50;

function tellProgress(ipam: Ipam, view: PoolView, done: number, all: number): void {
  if (done % TOLD_EVERY === 0) ipam.environment.tell?.(wording.reserving(view.name, done, all));
}

/** Keys that this call has added, by value, then locks as they were before. */
async function undo(ipam: Ipam, { view }: ReconcileRequest, { locked, newKeys }: Made): Promise<void> {
  await ipam.entries(view).apply([...newKeys].map(([claim, address]) => ({ claim, to: undefined, over: [address] })));
  await inParallel(locked, async ({ taken }) => {
    if (taken) await giveBack(ipam, view, taken);
  });
}
