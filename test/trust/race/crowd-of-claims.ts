/** Claims that come and go during a race: CAPM3's IPClaims and Cluster API's IPAddressClaims, served by Metal3's controller. */
import { setTimeout } from "node:timers/promises";
import { answers, type Group, makeClaim } from "../../cluster/claimants";
import type { Site } from "../../cluster/site";

/** The period in which a claim certainly had an address: from its first answer to the request for its removal. */
export interface Tenure {
  readonly claim: string;
  readonly addressName: string;
  readonly from: number;
  until: number;
}

export interface Crowd {
  /** The number of created claims. */
  readonly made: number;
  /** Claims that stayed, of both groups. */
  readonly staying: readonly string[];
  /** The controller's errors. */
  readonly refused: readonly string[];
  /** The longest wait for an answer. */
  readonly slowestSeconds: number;
  readonly tenures: readonly Tenure[];
}

const LOOK_MS = 200;
const GIVEN_UP_MS = 120_000;
/** In each lane every so many-th claim stays. */
const STAYS = 4;

/** Lanes create one claim after another, alternating between the groups, until `end` says so. They wait for every claim. */
export class Claimants {
  private readonly tenures: Tenure[] = [];
  private readonly staying: string[] = [];
  private readonly refused: string[] = [];
  private slowestMs = 0;
  private made = 0;
  private isOver = false;
  private seen: Readonly<Record<string, string>> = {};
  private readonly running: Promise<unknown>;

  constructor(
    private readonly site: Site,
    lanes: number,
  ) {
    const all = Promise.all(Array.from({ length: lanes }, (_, lane) => this.walk(lane)));
    this.running = Promise.all([all, this.look(all)]);
    this.running.catch(() => undefined);
  }

  /** Creates no new ones, and waits until all are answered. */
  async end(): Promise<Crowd> {
    this.isOver = true;
    await this.running;
    const { made, staying, refused, slowestMs, tenures } = this;
    return { made, staying, refused, slowestSeconds: slowestMs / 1000, tenures };
  }

  private async walk(lane: number): Promise<void> {
    for (let turn = 0; !this.isOver; turn++) {
      const group: Group = (lane + turn) % 2 === 0 ? "metal3" : "capi";
      const name = `crowd-${lane}-${turn}`;
      this.made += 1;
      const asked = Date.now();
      await makeClaim(this.site, name, group);
      const answer = await this.answered(name, asked);
      this.slowestMs = Math.max(this.slowestMs, Date.now() - asked);
      if (!answer.startsWith("net-")) {
        this.refused.push(`${name}: ${answer}`);
        continue;
      }
      const tenure = { claim: name, addressName: answer, from: Date.now(), until: Number.POSITIVE_INFINITY };
      this.tenures.push(tenure);
      if (turn % STAYS === 0) {
        this.staying.push(name);
        continue;
      }
      await setTimeout(LOOK_MS);
      tenure.until = Date.now();
      await this.site.delete(group === "metal3" ? "claim" : "capiClaim", name);
    }
  }

  private async answered(name: string, asked: number): Promise<string> {
    for (;;) {
      const answer = this.seen[name];
      if (answer !== undefined) return answer;
      if (Date.now() - asked > GIVEN_UP_MS) return `no answer within ${GIVEN_UP_MS / 1000} s`;
      await setTimeout(LOOK_MS);
    }
  }

  /** One list of each group for all lanes. */
  private async look(lanes: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    lanes.then(done, done);
    while (!isDone) {
      const [metal3, capi] = await Promise.all([answers(this.site, "metal3"), answers(this.site, "capi")]);
      this.seen = { ...metal3, ...capi };
      await setTimeout(LOOK_MS);
    }
  }
}

/** Two claims that had one address at one time. */
export function overlaps(tenures: readonly Tenure[]): string[] {
  const byAddress = new Map<string, Tenure[]>();
  for (const one of tenures) byAddress.set(one.addressName, [...(byAddress.get(one.addressName) ?? []), one]);
  return [...byAddress].flatMap(([name, held]) => {
    const sorted = held.sort((a, b) => a.from - b.from);
    return sorted.slice(1).flatMap((next, index) => {
      const before = sorted[index]!;
      return before.until > next.from ? [`${name}: ${before.claim}, ${next.claim}`] : [];
    });
  });
}
