/** Acquires all claims of a request, or none. */
import type { IPPool } from "../../api/metal3/ip-pool";
import type { Address } from "../../core/address";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import { giveBack } from "../metal3/release-unused";
import type { ReconcileRequest, Target } from "../plan/request";
import { undone } from "../undone";
import { sentences, wording } from "../wording";
import { type Attempt, acquire, type Won } from "./acquire";
import { keepOwned, servedElsewhere } from "./second-look";
import { writeEntries } from "./write-entries";

/** The locks and keys that this reservation has written so far. An undo may touch only these. */
interface Made {
  readonly locked: Won[];
  readonly newKeys: Map<string, Address>;
}

/**
 * Takes locks in parallel, then writes all entries in one PATCH. A claim that loses a proposed address tries the next one. A
 * lost pin is a fault. After a fault or another error, everything written here is given back. One IpamError names all
 * faults.
 *
 * `handedOver`: claims of the caller whose addresses new claims get here. The PATCH that adds the new keys removes theirs.
 * The caller puts them back if this throws.
 */
export async function reserve(
  request: ReconcileRequest,
  pool: IPPool,
  targets: ReadonlyMap<string, Target>,
  handedOver: ReadonlyMap<string, Address> = new Map(),
): Promise<Map<string, Address>> {
  const made: Made = { locked: [], newKeys: new Map() };
  try {
    const faults = await reserveAll(request, pool, targets, handedOver, made);
    if (faults.length === 0) faults.push(...(await keepOwned(request, pool, made.locked)));
    const texts = faults.map(({ message }) => message);
    if (faults.length > 0) throw new IpamError(faults[0]!.kind, sentences(texts));
  } catch (error) {
    throw await undone(error, () => undo(request, made));
  }
  return new Map(made.locked.map(({ claim, address }) => [claim, address]));
}

async function reserveAll(
  request: ReconcileRequest,
  pool: IPPool,
  targets: ReadonlyMap<string, Target>,
  handedOver: ReadonlyMap<string, Address>,
  made: Made,
): Promise<IpamError[]> {
  const { session } = request;
  const faults: IpamError[] = [];
  const full: { used: bigint; total: bigint }[] = [];
  let attempts: Attempt[] = [...targets].map(([claim, wanted]) => ({ claim, wanted, proposed: wanted.address }));
  while (attempts.length > 0) {
    const locked: Won[] = [];
    const again: Attempt[] = [];
    const acquiring = inParallel(attempts, async (attempt) => {
      const outcome = await acquire(request, pool, attempt);
      if (outcome.kind === "won") {
        locked.push(outcome.won);
        made.locked.push(outcome.won);
        tellProgress(request, made.locked.length, targets.size);
      }
      if (outcome.kind === "lost") again.push(outcome.next);
      if (outcome.kind === "full") full.push(outcome);
      if (outcome.kind === "fault") faults.push(outcome.error);
    });
    await (request.entries ? session.entries.expect(acquiring) : acquiring);
    const written = await writeEntries(request, locked, handedOver);
    for (const claim of written.newKeys) made.newKeys.set(claim, locked.find((one) => one.claim === claim)!.address);
    for (const { won, next, error } of written.lost) {
      made.locked.splice(made.locked.indexOf(won), 1);
      if (won.taken) await giveBack(session, won.taken);
      if (next) again.push(next);
      else faults.push(error);
    }
    faults.push(...(await servedElsewhere(request, written.won)));
    attempts = again;
  }
  const [first] = full;
  if (!first) return faults;
  const text = wording.exhausted(session.name, first.used, first.total, full.length);
  return [...faults, new IpamError("exhausted", text)];
}

/** The number of locks between two reports, because a thousand locks take seconds. */
const TOLD_EVERY = 50;

function tellProgress({ session }: ReconcileRequest, done: number, all: number): void {
  if (done % TOLD_EVERY === 0) session.environment.tell?.(wording.reserving(session.name, done, all));
}

/** Removes the keys that this call has added, by value, and then gives the locks back. */
async function undo({ session }: ReconcileRequest, { locked, newKeys }: Made): Promise<void> {
  await session.entries.apply([...newKeys].map(([claim, address]) => ({ claim, to: undefined, over: [address] })));
  await inParallel(locked, async ({ taken }) => {
    if (taken) await giveBack(session, taken);
  });
}
