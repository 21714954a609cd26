/** Killed updates, each followed by a complete one. Finds what they leave, and what is wrong with it. */
import { count } from "../scale";
import { type Books, type Faults, faultsIn, type Told } from "./books";
import { changed, type Fresh, NOTHING, textOf, type Wishes, wantedIn } from "./wishes";

/** Claims that have objects but are not wanted. */
export type Left = Pick<Faults, "left" | "isPoolLeft">;

/** What a preview shows. */
export interface Steps {
  readonly busy: readonly string[];
}

/** Where stacks are killed. */
export interface Ground {
  books(): Promise<Books>;
  told(): Promise<Told>;
  /**
   * An update that is killed at its `write`-th write. undefined:
   * it was killed. A number: it ended before, with so many writes.
   */
  killed(wishes: Wishes, write: number): Promise<number | undefined>;
  /** A complete update, and a preview after it. */
  settle(wishes: Wishes): Promise<Steps>;
  /** `pulumi import` of each, into the same stack. */
  importLeft(left: Left): Promise<void>;
}

export interface Tally {
  kills: number;
  /** By the change under way. */
  readonly during: Record<string, number>;
  duplicates: number;
  lost: number;
  /** Addresses that a kept claim had before and not afterwards. */
  moved: number;
  /** Refused updates, which would have freed the address of a claim that state does not know. */
  refused: number;
  /** Rounds whose next `up` had something to change. */
  unsettled: number;
  /** Claims that a killed run had begun, and that the program no longer had. */
  orphans: number;
  /** Those that still existed when they should be gone. */
  left: number;
}

export function newTally(): Tally {
  return { kills: 0, during: {}, duplicates: 0, lost: 0, moved: 0, refused: 0, unsettled: 0, orphans: 0, left: 0 };
}

/** On a busy machine a campaign ends with fewer kills than planned, and its figure says how many. */
const LONGEST_MS = 7 * 60_000;

/** The assumed most writes of a change before a complete one was seen. In the quick form the first one must be killed. */
const GUESS = count(12, 30);

/** Throws at the first fault, with the steps before it. */
export async function campaign(ground: Ground, kills: number, random: () => number): Promise<Tally> {
  const started = performance.now();
  const tally = newTally();
  const rounds = new Rounds(ground, random, tally);
  while (tally.kills < kills && performance.now() - started < LONGEST_MS) await rounds.next();
  await rounds.settle("all goes at last", NOTHING);
  return tally;
}

export class Rounds {
  private wishes = NOTHING;
  /** The state after the last complete update. */
  private told: Told = new Map();
  private names = 0;
  /** By change, the number of writes of the longest run so far. */
  private readonly lengths = new Map<string, number>();
  private readonly history: string[] = [];

  constructor(
    private readonly ground: Ground,
    private readonly random: () => number,
    private readonly tally: Tally,
  ) {}

  /** One change, which is killed at a random write. Then a complete update, of the new program or of the one before. */
  async next(): Promise<void> {
    const { what, wishes } = changed(this.wishes, await this.fresh());
    const write = 1 + Math.floor(this.random() * (this.lengths.get(what) ?? GUESS));
    await this.killedAt(write, what, wishes, this.random() < 0.4);
  }

  /** False: the update ended before. */
  async killedAt(write: number, what: string, wishes: Wishes, isBack: boolean): Promise<boolean> {
    const before = this.wishes;
    const writes = await this.blame(this.ground.killed(wishes, write));
    if (writes !== undefined) {
      this.lengths.set(what, Math.max(writes, 1));
      await this.settle(`${what}, to its end`, wishes);
      return false;
    }
    this.tally.kills += 1;
    this.tally.during[what] = (this.tally.during[what] ?? 0) + 1;
    const killed = `${what}, killed at write ${write}, then ${isBack ? "back" : "forward"}`;
    await this.settle(killed, isBack ? before : wishes, wishes);
    return true;
  }

  /** One complete update: it converges, and the next one changes nothing. `begun`: the wishes of the killed one. */
  async settle(what: string, wishes: Wishes, begun = wishes): Promise<void> {
    this.history.push(what);
    const { busy } = await this.blame(this.ground.settle(wishes).catch((error) => this.afterImport(error, wishes)));
    if (busy.length > 0) this.fail("unsettled", busy);
    const now = await this.ground.told();
    const faults = faultsIn(await this.ground.books(), wishes, now);
    if (faults.twice.length > 0) this.fail("duplicates", faults.twice);
    if (faults.lost.length > 0) this.fail("lost", faults.lost);
    // The killed update may have freed what it had to free.
    const stayed = new Set(keptIn(this.wishes, begun));
    const moved = keptIn(this.wishes, wishes).filter((claim) => stayed.has(claim) && isMoved(claim, this.told, now));
    if (moved.length > 0) this.fail("moved", moved);
    this.wishes = wishes;
    this.told = now;
    if (faults.left.length > 0 || faults.isPoolLeft) await this.clear(faults, begun);
  }

  /** Imports what a killed run had begun and the program no longer has. The next update frees it. */
  private async clear({ left, isPoolLeft }: Left, begun: Wishes): Promise<void> {
    const { hosts, claims } = wantedIn(begun);
    const strange = left.filter((claim) => !hosts.has(claim) && !claims.has(claim));
    if (strange.length > 0) this.fail("left", strange);
    if (isPoolLeft && begun.last === undefined) this.fail("left", ["the pool"]);
    this.tally.orphans += left.length;
    this.history.push(`${left.join(", ")}${isPoolLeft ? " and the pool" : ""} imported`);
    await this.blame(this.ground.importLeft({ left, isPoolLeft }));
    await this.settle("and freed", this.wishes);
  }

  /**
   * A claim that was replaced with another address, and the program goes back. State does not know the new claim, so it
   * may be in use, and the update refuses to free its address. It is imported, and then replaced. Also a pool that has to go
   * and holds what only a killed update knew: that is imported, and goes with it.
   */
  private async afterImport(error: Error, wishes: Wishes): Promise<Steps> {
    const [, claim = ""] = /Claim (\S+) is using \S+ of IPPool/.exec(error.message) ?? [];
    const isPoolHeld = wishes.last === undefined && / is not deleted: after \d+ s it still holds /.test(error.message);
    if (!isPoolHeld && !wantedIn(wishes).claims.has(claim)) throw error;
    this.tally.refused += 1;
    const left = isPoolHeld ? faultsIn(await this.ground.books(), wishes, new Map()).left : [claim];
    await this.ground.importLeft({ left, isPoolLeft: false });
    return this.ground.settle(wishes);
  }

  private fail(kind: "duplicates" | "lost" | "moved" | "unsettled" | "left", faults: readonly string[]): never {
    this.tally[kind] += faults.length;
    throw new Error(`${kind}: ${faults.join("; ")}${this.before()}`);
  }

  private async blame<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: Error) => {
      throw new Error(`${error.message}${this.before()}`, { cause: error });
    });
  }

  private before(): string {
    return this.history
      .slice(-3)
      .map((what) => `\nafter: ${what}`)
      .join("");
  }

  private async fresh(): Promise<Fresh> {
    const { entries, locks, mirrors = [] } = await this.ground.books();
    const taken = new Set([...entries.values(), ...[...locks, ...mirrors].map(({ address }) => address)]);
    const numbers = [...taken].map((address) => Number(address.split(".").at(-1)));
    const free = (): number => {
      const number = 10 + Math.floor(this.random() * 70);
      if (taken.has(textOf(number))) return free();
      taken.add(textOf(number));
      return number;
    };
    return {
      name: (prefix) => `${prefix}${this.names++}`,
      address: free,
      highest: Math.max(0, ...numbers),
      pick: (items) => items[Math.floor(this.random() * items.length)]!,
    };
  }
}

/** Claims with the same wish in both programs. */
function keptIn(before: Wishes, after: Wishes): string[] {
  const [old, now] = [wantedIn(before), wantedIn(after)].map(({ hosts, claims }) => new Map([...hosts, ...claims]));
  return [...old!].flatMap(([claim, pin]) => (now!.has(claim) && now!.get(claim) === pin ? [claim] : []));
}

function isMoved(claim: string, before: Told, now: Told): boolean {
  const then = before.get(claim)?.address;
  return then !== undefined && then !== now.get(claim)?.address;
}
