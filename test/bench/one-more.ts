/**
 * Bar 4: one more reservation in a folder with two pools of 5,000 reserved hosts each, beside one with two pools of 100. The
 * process has answered before. The pool's own PATCH does not count, because it writes a manifest with all entries: its time
 * is taken around the store's call, and is subtracted. Nothing else of the reservation runs meanwhile.
 */
import { IP_POOL } from "../../provider/api/metal3/kinds";
import type { Handlers } from "../../provider/compose";
import { openFileStore } from "../../provider/store/file/file-store";
import type { Store } from "../../provider/store/store";
import { type Bar, printBars } from "./bar";
import { checkedInputs, type Folder, handlersFor, ownerOf, reservedFolder } from "./reserved-hosts";
import { countText, inTurns, median, msOf, timesText, timeText } from "./turns";

const ROUNDS = 25;
const WARM_UP = 5;
const HELD = { few: 100, many: 5_000 };
const LIMIT = 1.5;

/** Times the PATCHes of pools. */
class PatchClock {
  ms = 0;

  over(store: Store): Store {
    return new Proxy(store, {
      get: (target, field) => {
        const value = Reflect.get(target, field);
        if (typeof value !== "function") return value;
        const verb = value.bind(target);
        if (field !== "patch") return verb;
        return (...args: Parameters<Store["patch"]>) =>
          args[0] === IP_POOL ? this.timed(() => verb(...args)) : verb(...args);
      },
    });
  }

  private async timed<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.ms += performance.now() - began;
    }
  }
}

interface Side {
  readonly clock: PatchClock;
  readonly handlers: Handlers;
}

function sideIn({ directory }: Folder): Side {
  const clock = new PatchClock();
  return { clock, handlers: handlersFor(clock.over(openFileStore(directory))) };
}

/** Milliseconds of check and create. Then the host is released, so that the pool stays as it was. */
async function oneMoreMs({ clock, handlers: { preAllocation } }: Side, host: string): Promise<number> {
  const owner = ownerOf(host);
  const before = clock.ms;
  let made: Awaited<ReturnType<typeof preAllocation.create>> | undefined;
  const tookMs = await msOf(async () => {
    const inputs = await checkedInputs(preAllocation, owner, { pool: "net", host });
    made = await preAllocation.create({ owner, inputs });
  });
  const patchMs = clock.ms - before;
  await preAllocation.delete({ owner, id: made!.id, state: made!.outputs });
  return tookMs - patchMs;
}

export async function measureOneMore(): Promise<Bar[]> {
  const few = await reservedFolder({ net: HELD.few, other: HELD.few });
  const many = await reservedFolder({ net: HELD.many, other: HELD.many });
  try {
    const [sideFew, sideMany] = [sideIn(few), sideIn(many)];
    let hosts = 0;
    const sides = {
      few: () => oneMoreMs(sideFew, `one-more-${hosts++}`),
      many: () => oneMoreMs(sideMany, `one-more-${hosts++}`),
    };
    await inTurns(WARM_UP, sides); // it answers, and its code is compiled
    const samples = await inTurns(ROUNDS, sides);
    const [ofFew, ofMany] = [median(samples.few), median(samples.many)];
    return [
      {
        number: 4,
        what: `one more reservation beside two pools of ${countText(HELD.many)} held, and of ${HELD.few}, without the pool's PATCH`,
        measured: `${timeText(ofMany)} / ${timeText(ofFew)}`,
        figure: timesText(ofMany / ofFew),
        limit: `≤ ${LIMIT} ×`,
        isMet: ofMany / ofFew <= LIMIT,
      },
    ];
  } finally {
    await few.remove();
    await many.remove();
  }
}

if (require.main === module) void printBars(measureOneMore);
